// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {ERC1967Proxy} from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol";

import {Allowlist} from "./Allowlist.sol";
import {IAllowlist} from "./interfaces/IAllowlist.sol";
import {IAllowlistRegistry} from "./interfaces/IAllowlistRegistry.sol";
import {IBootPolicy} from "./interfaces/IBootPolicy.sol";

// The time of a block decides what counts, and a proposer can shift it by seconds; delays and ends are days.
// slither-disable-start timestamp
/// @title What KMS nodes and apps are allowed
/// @notice One contract per fleet of nodes. A node asks {isKmsAllowed} about itself and its peers, and {isAppAllowed} about
/// apps, which the app's own contract has to confirm.
contract AllowlistRegistry is IAllowlistRegistry, Allowlist {
    /// @custom:storage-location erc7201:keywarden.storage.AllowlistRegistry
    struct RegistryStorage {
        string gatewayAppId;
        address appImplementation;
    }

    // keccak256(abi.encode(uint256(keccak256("keywarden.storage.AllowlistRegistry")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant REGISTRY_STORAGE = 0x6e437618b441d44931a1fa5bbcefc4712f12d39096ab7b36a858d35252700e00;

    bytes32 private constant OS_IMAGE = keccak256("os-image");
    bytes32 private constant KMS_AGGREGATED_MR = keccak256("kms-aggregated-mr");
    bytes32 private constant KMS_DEVICE = keccak256("kms-device");
    bytes32 private constant REGISTERED_APP = keccak256("registered-app");
    bytes32 private constant GATEWAY_APP_ID = keccak256("gateway-app-id");
    bytes32 private constant APP_IMPLEMENTATION = keccak256("app-implementation");
    bytes32 private constant KMS_ANY_DEVICE = keccak256("kms-allow-any-device");

    /// @param delay seconds before an addition counts, 30 days at most
    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor(uint32 delay) Allowlist(delay) {}

    /// @inheritdoc IAllowlist
    function initialize(address authority_, Grant[] calldata grants) external initializer {
        _initializeLists(authority_, grants);
    }

    /// @inheritdoc IAllowlistRegistry
    function setGatewayAppId(string calldata appId) external restricted {
        _checkAllowed(GATEWAY_APP_ID, keccak256(bytes(appId)));
        _registryStorage().gatewayAppId = appId;
        emit GatewayAppIdSet(appId);
    }

    /// @inheritdoc IAllowlistRegistry
    function setAppImplementation(address implementation) external restricted {
        _checkAllowed(APP_IMPLEMENTATION, _asValue(implementation));
        _registryStorage().appImplementation = implementation;
        emit AppImplementationSet(implementation);
    }

    /// @inheritdoc IAllowlistRegistry
    function createApp(address appAuthority, Grant[] calldata grants) external restricted returns (address appId) {
        address implementation = _registryStorage().appImplementation;
        _checkAllowed(APP_IMPLEMENTATION, _asValue(implementation));
        appId = address(new ERC1967Proxy(implementation, abi.encodeCall(IAllowlist.initialize, (appAuthority, grants))));
        _allow(REGISTERED_APP, _asValue(appId), _afterDelay(), 0);
        emit AppDeployedViaFactory(appId, _msgSender());
    }

    /// @inheritdoc IAllowlistRegistry
    function isKmsAllowed(AppBootInfo calldata bootInfo) external view returns (bool isAllowed, string memory reason) {
        if (!_isUpToDate(bootInfo.tcbStatus)) return (false, "TCB status is not up to date");
        if (!allowedOsImages(bootInfo.osImageHash)) return (false, "OS image is not allowed");
        if (!kmsAllowedAggregatedMrs(bootInfo.mrAggregated)) return (false, "Aggregated MR not allowed");
        if (!kmsAllowedDeviceIds(bootInfo.deviceId) && !_isAllowed(SWITCH, KMS_ANY_DEVICE)) {
            return (false, "KMS is not allowed to boot on this device");
        }
        return (true, "");
    }

    /// @inheritdoc IBootPolicy
    /// @dev Looked at are the list of apps and the image; then the app's contract is asked, and its answer handed on. If that
    /// contract reverts, so does this function, with the same data: an app that can't answer is not allowed.
    function isAppAllowed(AppBootInfo calldata bootInfo) external view returns (bool isAllowed, string memory reason) {
        if (!registeredApps(bootInfo.appId)) return (false, "App not registered");
        if (!allowedOsImages(bootInfo.osImageHash)) return (false, "OS image is not allowed");
        if (bootInfo.appId.code.length == 0) return (false, "App not deployed or invalid address");
        return IBootPolicy(bootInfo.appId).isAppAllowed(bootInfo);
    }

    /// @inheritdoc IAllowlistRegistry
    function gatewayAppId() external view returns (string memory) {
        string memory chosen = _registryStorage().gatewayAppId;
        return _isAllowed(GATEWAY_APP_ID, keccak256(bytes(chosen))) ? chosen : "";
    }

    /// @inheritdoc IAllowlistRegistry
    function appImplementation() external view returns (address) {
        address chosen = _registryStorage().appImplementation;
        return _isAllowed(APP_IMPLEMENTATION, _asValue(chosen)) ? chosen : address(0);
    }

    /// @inheritdoc IAllowlistRegistry
    function allowedOsImages(bytes32 osImageHash) public view returns (bool) {
        return _isAllowed(OS_IMAGE, osImageHash);
    }

    /// @inheritdoc IAllowlistRegistry
    function kmsAllowedAggregatedMrs(bytes32 mrAggregated) public view returns (bool) {
        return _isAllowed(KMS_AGGREGATED_MR, mrAggregated);
    }

    /// @inheritdoc IAllowlistRegistry
    function kmsAllowedDeviceIds(bytes32 deviceId) public view returns (bool) {
        return _isAllowed(KMS_DEVICE, deviceId);
    }

    /// @inheritdoc IAllowlistRegistry
    function registeredApps(address appId) public view returns (bool) {
        return _isAllowed(REGISTERED_APP, _asValue(appId));
    }

    /// @inheritdoc Allowlist
    function supportsInterface(bytes4 interfaceId) public view override returns (bool) {
        return interfaceId == type(IAllowlistRegistry).interfaceId || interfaceId == type(IBootPolicy).interfaceId
            || super.supportsInterface(interfaceId);
    }

    function _isList(bytes32 list) internal pure override returns (bool) {
        return list == OS_IMAGE || list == KMS_AGGREGATED_MR || list == KMS_DEVICE || list == GATEWAY_APP_ID
            || _holdsAddresses(list) || super._isList(list);
    }

    function _holdsAddresses(bytes32 list) internal pure override returns (bool) {
        return list == REGISTERED_APP || list == APP_IMPLEMENTATION || super._holdsAddresses(list);
    }

    function _registryStorage() private pure returns (RegistryStorage storage $) {
        // Solidity has no other way to name a slot.
        // slither-disable-next-line assembly
        assembly ("memory-safe") {
            $.slot := REGISTRY_STORAGE
        }
    }
}
// slither-disable-end timestamp
