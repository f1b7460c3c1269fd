// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {ERC1967Proxy} from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol";

import {Roles} from "../../script/Roles.sol";
import {AllowlistRegistry} from "../../src/AllowlistRegistry.sol";
import {AppAllowlist} from "../../src/AppAllowlist.sol";
import {IAllowlist} from "../../src/interfaces/IAllowlist.sol";
import {IBootPolicy} from "../../src/interfaces/IBootPolicy.sol";
import {vm} from "./Vm.sol";

/// @notice A fleet as it is deployed: a manager, a registry, one app, and a person for each role.
abstract contract Fixture {
    uint32 internal constant DELAY = 2 days;
    uint48 internal constant START = 1_700_000_000;

    address internal immutable governor = vm.addr(0x601);
    address internal immutable remover = vm.addr(0x602);
    address internal immutable stranger = vm.addr(0x603);

    bytes32 internal constant OS_IMAGE = keccak256("os-image");
    bytes32 internal constant KMS_AGGREGATED_MR = keccak256("kms-aggregated-mr");
    bytes32 internal constant KMS_DEVICE = keccak256("kms-device");
    bytes32 internal constant REGISTERED_APP = keccak256("registered-app");
    bytes32 internal constant GATEWAY_APP_ID = keccak256("gateway-app-id");
    bytes32 internal constant APP_IMPLEMENTATION = keccak256("app-implementation");
    bytes32 internal constant COMPOSE_HASH = keccak256("compose-hash");
    bytes32 internal constant DEVICE = keccak256("device");
    bytes32 internal constant SWITCH = keccak256("switch");
    bytes32 internal constant IMPLEMENTATION = keccak256("implementation");

    AccessManager internal manager;
    AllowlistRegistry internal registry;
    AppAllowlist internal app;
    AppAllowlist internal appCode;

    function setUp() public virtual {
        vm.warp(START);
        manager = new AccessManager(address(this));
        appCode = new AppAllowlist(DELAY);
        registry = AllowlistRegistry(_proxy(address(new AllowlistRegistry(DELAY))));
        app = AppAllowlist(_proxy(address(appCode)));
        Roles.bindRegistry(manager, address(registry));
        Roles.bindApp(manager, address(app));
        Roles.label(manager);
        manager.grantRole(Roles.GOVERNOR, governor, 0);
        manager.grantRole(Roles.REMOVER, governor, 0);
        manager.grantRole(Roles.REMOVER, remover, 0);
    }

    function _proxy(address code) internal returns (address) {
        return _proxy(code, new IAllowlist.Grant[](0));
    }

    function _proxy(address code, IAllowlist.Grant[] memory grants) internal returns (address) {
        return address(new ERC1967Proxy(code, abi.encodeCall(IAllowlist.initialize, (address(manager), grants))));
    }

    function _allow(IAllowlist target, bytes32 list, bytes32 value) internal {
        _allow(target, list, value, 0);
    }

    function _allow(IAllowlist target, bytes32 list, bytes32 value, uint48 until) internal {
        vm.prank(governor);
        target.allow(_grant(list, value, until));
    }

    function _allowAndWait(IAllowlist target, bytes32 list, bytes32 value) internal {
        _allow(target, list, value);
        vm.warp(block.timestamp + DELAY);
    }

    function _remove(IAllowlist target, bytes32 list, bytes32 value) internal {
        vm.prank(remover);
        target.remove(_removal(list, value));
    }

    function _grant(bytes32 list, bytes32 value, uint48 until)
        internal
        pure
        returns (IAllowlist.Grant[] memory grants)
    {
        grants = new IAllowlist.Grant[](1);
        grants[0] = IAllowlist.Grant(list, value, until);
    }

    function _removal(bytes32 list, bytes32 value) internal pure returns (IAllowlist.Removal[] memory removals) {
        removals = new IAllowlist.Removal[](1);
        removals[0] = IAllowlist.Removal(list, value);
    }

    function _value(address account) internal pure returns (bytes32) {
        return bytes32(uint256(uint160(account)));
    }

    function _boot() internal view returns (IBootPolicy.AppBootInfo memory boot) {
        boot.appId = address(app);
        boot.composeHash = bytes32(uint256(0xc0));
        boot.instanceId = address(0x1d);
        boot.deviceId = bytes32(uint256(0xd0));
        boot.mrAggregated = bytes32(uint256(0xa0));
        boot.mrSystem = bytes32(uint256(0x50));
        boot.osImageHash = bytes32(uint256(0x05));
        boot.tcbStatus = "UpToDate";
        boot.advisoryIds = new string[](1);
        boot.advisoryIds[0] = "INTEL-SA-00001";
    }

    function _assertAnswer(bool allowed, string memory reason, bool wanted, string memory wantedReason) internal pure {
        vm.assertEq(reason, wantedReason);
        vm.assertTrue(allowed == wanted, "the answer");
    }
}
