// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {Allowlist} from "../src/Allowlist.sol";
import {AllowlistRegistry} from "../src/AllowlistRegistry.sol";
import {AppAllowlist} from "../src/AppAllowlist.sol";
import {IAllowlist} from "../src/interfaces/IAllowlist.sol";
import {vm} from "../test/support/Vm.sol";

/// @notice Replaces the code of a registry or an app by what this folder compiles to. A governor lists the new code, waits
/// as for any addition, and makes the change.
contract Upgrade {
    /// @notice Deploys a registry's next code and lists it.
    /// @param delay seconds before additions count, from the upgrade on
    function proposeRegistry(Allowlist registry, uint32 delay) external returns (address code) {
        vm.startBroadcast();
        code = address(new AllowlistRegistry(delay));
        _list(registry, code);
        vm.stopBroadcast();
    }

    /// @notice Deploys an app's next code and lists it.
    /// @param delay seconds before additions count, from the upgrade on
    function proposeApp(Allowlist app, uint32 delay) external returns (address code) {
        vm.startBroadcast();
        code = address(new AppAllowlist(delay));
        _list(app, code);
        vm.stopBroadcast();
    }

    /// @notice Makes the change, once the delay is over.
    function finish(Allowlist target, address code) external {
        vm.startBroadcast();
        target.upgradeToAndCall(code, "");
        vm.stopBroadcast();
    }

    function _list(Allowlist target, address code) private {
        IAllowlist.Grant[] memory grants = new IAllowlist.Grant[](1);
        grants[0] = IAllowlist.Grant(keccak256("implementation"), bytes32(uint256(uint160(code))), 0);
        target.allow(grants);
    }
}
