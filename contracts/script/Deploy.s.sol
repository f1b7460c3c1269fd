// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {ERC1967Proxy} from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {AllowlistRegistry} from "../src/AllowlistRegistry.sol";
import {AppAllowlist} from "../src/AppAllowlist.sol";
import {IAllowlist} from "../src/interfaces/IAllowlist.sol";
import {vm} from "../test/support/Vm.sol";
import {Roles} from "./Roles.sol";

/// @notice Deploys a fleet's manager, registry and code for apps. Whoever sends this is the only administrator afterwards,
/// without a delay, and nobody is a governor: look at what came of it, then hand it over.
/// @dev Environment: `ADDITION_DELAY` in seconds; `OS_IMAGES`, `KMS_MEASUREMENTS` and `KMS_DEVICES`, each a list of 32-byte
/// values between commas, count from the beginning.
contract Deploy {
    function run() external returns (AccessManager manager, AllowlistRegistry registry, AppAllowlist appCode) {
        uint32 delay = SafeCast.toUint32(vm.envUint("ADDITION_DELAY"));
        vm.startBroadcast();
        manager = new AccessManager(msg.sender);
        appCode = new AppAllowlist(delay);
        bytes memory beginning = abi.encodeCall(IAllowlist.initialize, (address(manager), _first(address(appCode))));
        registry = AllowlistRegistry(address(new ERC1967Proxy(address(new AllowlistRegistry(delay)), beginning)));
        Roles.bindRegistry(manager, address(registry));
        Roles.label(manager);
        manager.grantRole(Roles.GOVERNOR, msg.sender, 0);
        registry.setAppImplementation(address(appCode));
        manager.renounceRole(Roles.GOVERNOR, msg.sender);
        vm.stopBroadcast();
    }

    function _first(address appCode) private view returns (IAllowlist.Grant[] memory grants) {
        bytes32[] memory images = vm.envOr("OS_IMAGES", ",", new bytes32[](0));
        bytes32[] memory measurements = vm.envOr("KMS_MEASUREMENTS", ",", new bytes32[](0));
        bytes32[] memory devices = vm.envOr("KMS_DEVICES", ",", new bytes32[](0));
        grants = new IAllowlist.Grant[](1 + images.length + measurements.length + devices.length);
        grants[0] = IAllowlist.Grant(keccak256("app-implementation"), bytes32(uint256(uint160(appCode))), 0);
        _fill(grants, 1, keccak256("os-image"), images);
        _fill(grants, 1 + images.length, keccak256("kms-aggregated-mr"), measurements);
        _fill(grants, 1 + images.length + measurements.length, keccak256("kms-device"), devices);
    }

    function _fill(IAllowlist.Grant[] memory grants, uint256 from, bytes32 list, bytes32[] memory values) private pure {
        for (uint256 i = 0; i < values.length; ++i) {
            grants[from + i] = IAllowlist.Grant(list, values[i], 0);
        }
    }
}
