// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {Ownable2StepUpgradeable} from "@openzeppelin/contracts-upgradeable/access/Ownable2StepUpgradeable.sol";
import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";
import {ERC165} from "@openzeppelin/contracts/utils/introspection/ERC165.sol";

import {IBootPolicy} from "../../src/interfaces/IBootPolicy.sol";

/// @title A double of the reference's app contract
/// @notice Answers every call as the deployed contract was recorded to answer it, odd habits included. For tests only:
/// Keywarden's own contract is `AppAllowlist`.
/// @dev The order of the state variables is that of the deployed contract, because recorded reads of storage name slots.
contract ReferenceApp is Initializable, UUPSUpgradeable, Ownable2StepUpgradeable, ERC165 {
    mapping(bytes32 composeHash => bool) public allowedComposeHashes; // slot 0
    bool private _upgradesDisabled; // slot 1, low byte
    bool public allowAnyDevice; // slot 1, next byte
    mapping(bytes32 deviceId => bool) public allowedDeviceIds; // slot 2
    bool public requireTcbUpToDate; // slot 3

    event ComposeHashAdded(bytes32 composeHash);
    event ComposeHashRemoved(bytes32 composeHash);
    event DeviceAdded(bytes32 deviceId);
    event DeviceRemoved(bytes32 deviceId);
    event AllowAnyDeviceSet(bool allowAny);
    event RequireTcbUpToDateSet(bool requireUpToDate);
    event UpgradesDisabled();
    event PolicyChanged(address indexed actor, bytes32 indexed policy, bytes32 indexed value, bool enabled);

    constructor() {
        _disableInitializers();
    }

    function initialize(
        address initialOwner,
        bool upgradesDisabled,
        bool tcbRequired,
        bool anyDevice,
        bytes32 initialDeviceId,
        bytes32 initialComposeHash
    ) external initializer {
        requireTcbUpToDate = tcbRequired;
        _start(initialOwner, upgradesDisabled, anyDevice, initialDeviceId, initialComposeHash);
    }

    function initialize(
        address initialOwner,
        bool upgradesDisabled,
        bool anyDevice,
        bytes32 initialDeviceId,
        bytes32 initialComposeHash
    ) external initializer {
        _start(initialOwner, upgradesDisabled, anyDevice, initialDeviceId, initialComposeHash);
    }

    function addComposeHash(bytes32 composeHash) external onlyOwner {
        _addComposeHash(composeHash);
    }

    function removeComposeHash(bytes32 composeHash) external onlyOwner {
        allowedComposeHashes[composeHash] = false;
        emit ComposeHashRemoved(composeHash);
        _changed("compose-hash", composeHash, false);
    }

    function addDevice(bytes32 deviceId) external onlyOwner {
        _addDevice(deviceId);
    }

    function removeDevice(bytes32 deviceId) external onlyOwner {
        allowedDeviceIds[deviceId] = false;
        emit DeviceRemoved(deviceId);
        _changed("device", deviceId, false);
    }

    function setAllowAnyDevice(bool anyDevice) external onlyOwner {
        allowAnyDevice = anyDevice;
        emit AllowAnyDeviceSet(anyDevice);
        _changed("allow-any-device", 0, anyDevice);
    }

    function setRequireTcbUpToDate(bool tcbRequired) external onlyOwner {
        requireTcbUpToDate = tcbRequired;
        emit RequireTcbUpToDateSet(tcbRequired);
        _changed("require-tcb-up-to-date", 0, tcbRequired);
    }

    function disableUpgrades() external onlyOwner {
        _upgradesDisabled = true;
        emit UpgradesDisabled();
        _changed("upgrades-disabled", 0, true);
    }

    function isAppAllowed(IBootPolicy.AppBootInfo calldata bootInfo)
        external
        view
        returns (bool isAllowed, string memory reason)
    {
        if (requireTcbUpToDate && keccak256(bytes(bootInfo.tcbStatus)) != keccak256("UpToDate")) {
            return (false, "TCB status is not up to date");
        }
        if (!allowedComposeHashes[bootInfo.composeHash]) return (false, "Compose hash not allowed");
        if (!allowAnyDevice && !allowedDeviceIds[bootInfo.deviceId]) return (false, "Device not allowed");
        return (true, "");
    }

    function version() external pure returns (uint256) {
        return 2;
    }

    function supportsInterface(bytes4 interfaceId) public view override returns (bool) {
        return interfaceId == this.isAppAllowed.selector
            || interfaceId
                == this.addComposeHash.selector ^ this.removeComposeHash.selector ^ this.addDevice.selector
                    ^ this.removeDevice.selector || super.supportsInterface(interfaceId);
    }

    function _authorizeUpgrade(address newImplementation) internal override onlyOwner {
        require(!_upgradesDisabled, "Upgrades are permanently disabled");
        _changed("implementation-upgrade", bytes32(uint256(uint160(newImplementation))), true);
    }

    function _start(
        address initialOwner,
        bool upgradesDisabled,
        bool anyDevice,
        bytes32 initialDeviceId,
        bytes32 initialComposeHash
    ) private {
        require(initialOwner != address(0), "invalid owner address");
        _upgradesDisabled = upgradesDisabled;
        allowAnyDevice = anyDevice;
        if (initialDeviceId != 0) _addDevice(initialDeviceId);
        if (initialComposeHash != 0) _addComposeHash(initialComposeHash);
        __Ownable_init(initialOwner);
    }

    function _addComposeHash(bytes32 composeHash) private {
        allowedComposeHashes[composeHash] = true;
        emit ComposeHashAdded(composeHash);
        _changed("compose-hash", composeHash, true);
    }

    function _addDevice(bytes32 deviceId) private {
        allowedDeviceIds[deviceId] = true;
        emit DeviceAdded(deviceId);
        _changed("device", deviceId, true);
    }

    function _changed(bytes memory policy, bytes32 value, bool enabled) private {
        emit PolicyChanged(msg.sender, keccak256(policy), value, enabled);
    }
}
