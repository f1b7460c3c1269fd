// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {Allowlist} from "./Allowlist.sol";
import {IAllowlist} from "./interfaces/IAllowlist.sol";
import {IAppAllowlist} from "./interfaces/IAppAllowlist.sol";
import {IBootPolicy} from "./interfaces/IBootPolicy.sol";

// The time of a block decides what counts, and a proposer can shift it by seconds; delays and ends are days.
// slither-disable-start timestamp
/// @title What one app allows
/// @notice The contract's address is the app's id. It answers for its app only; whether the app is known at all, and on which
/// image it may run, is the registry's to say.
contract AppAllowlist is IAppAllowlist, Allowlist {
    bytes32 private constant COMPOSE_HASH = keccak256("compose-hash");
    bytes32 private constant DEVICE = keccak256("device");
    bytes32 private constant ANY_DEVICE = keccak256("allow-any-device");
    bytes32 private constant TOLERATE_TCB_STATUS = keccak256("tolerate-tcb-status");

    /// @param delay seconds before an addition counts, 30 days at most
    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor(uint32 delay) Allowlist(delay) {}

    /// @inheritdoc IAllowlist
    function initialize(address authority_, Grant[] calldata grants) external initializer {
        _initializeLists(authority_, grants);
    }

    /// @inheritdoc IBootPolicy
    /// @dev Looked at are the TCB status, the compose hash and the device, in this order; the reasons are the reference's.
    function isAppAllowed(AppBootInfo calldata bootInfo) external view returns (bool isAllowed, string memory reason) {
        if (requireTcbUpToDate() && !_isUpToDate(bootInfo.tcbStatus)) return (false, "TCB status is not up to date");
        if (!allowedComposeHashes(bootInfo.composeHash)) return (false, "Compose hash not allowed");
        if (!allowedDeviceIds(bootInfo.deviceId) && !allowAnyDevice()) return (false, "Device not allowed");
        return (true, "");
    }

    /// @inheritdoc IAppAllowlist
    function allowedComposeHashes(bytes32 composeHash) public view returns (bool) {
        return _isAllowed(COMPOSE_HASH, composeHash);
    }

    /// @inheritdoc IAppAllowlist
    function allowedDeviceIds(bytes32 deviceId) public view returns (bool) {
        return _isAllowed(DEVICE, deviceId);
    }

    /// @inheritdoc IAppAllowlist
    function allowAnyDevice() public view returns (bool) {
        return _isAllowed(SWITCH, ANY_DEVICE);
    }

    /// @inheritdoc IAppAllowlist
    function requireTcbUpToDate() public view returns (bool) {
        return !_isAllowed(SWITCH, TOLERATE_TCB_STATUS);
    }

    /// @inheritdoc Allowlist
    function supportsInterface(bytes4 interfaceId) public view override returns (bool) {
        return interfaceId == type(IAppAllowlist).interfaceId || interfaceId == type(IBootPolicy).interfaceId
            || super.supportsInterface(interfaceId);
    }

    function _isList(bytes32 list) internal pure override returns (bool) {
        return list == COMPOSE_HASH || list == DEVICE || super._isList(list);
    }
}
// slither-disable-end timestamp
