// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";

import {vm} from "../test/support/Vm.sol";
import {Roles} from "./Roles.sol";

/// @notice Makes the manager of an app's own team, and lets its roles change the app. Run {manager}, have the app created
/// with it, then run {bind}; until then nobody can change the app, after it the sender keeps nothing.
contract BindApp {
    /// @notice Deploys the manager; the sender is its administrator for the time being.
    function manager() external returns (AccessManager made) {
        vm.startBroadcast();
        made = new AccessManager(msg.sender);
        Roles.label(made);
        vm.stopBroadcast();
    }

    /// @notice Gives the app's functions to the roles, and the roles to people.
    /// @param adminDelay seconds between what an administrator announces and does
    function bind(AccessManager team, address app, address admin, address governor, address remover, uint32 adminDelay)
        external
    {
        vm.startBroadcast();
        Roles.bindApp(team, app);
        Roles.handOver(team, msg.sender, admin, governor, remover, adminDelay);
        vm.stopBroadcast();
    }
}
