// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";

import {vm} from "../test/support/Vm.sol";

/// @notice Gives a role from one account to another: an administrator announces it, waits, and does it. The new account has
/// the role before the old one loses it.
/// @dev Environment: `MANAGER`. Both functions take the same arguments.
contract Rotate {
    /// @notice Announces the change. From then on anybody can see it, and an administrator can cancel it.
    function schedule(uint64 role, address from, address to) external {
        AccessManager manager = AccessManager(vm.envAddress("MANAGER"));
        vm.startBroadcast();
        manager.schedule(address(manager), abi.encodeCall(manager.grantRole, (role, to, 0)), 0);
        manager.schedule(address(manager), abi.encodeCall(manager.revokeRole, (role, from)), 0);
        vm.stopBroadcast();
    }

    /// @notice Makes the change, once the delay is over.
    function finish(uint64 role, address from, address to) external {
        AccessManager manager = AccessManager(vm.envAddress("MANAGER"));
        vm.startBroadcast();
        manager.grantRole(role, to, 0);
        manager.revokeRole(role, from);
        vm.stopBroadcast();
    }
}
