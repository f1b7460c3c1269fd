// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {vm} from "../test/support/Vm.sol";
import {Roles} from "./Roles.sol";

/// @notice Gives a fleet from the one who deployed it to those who will govern it. The sender keeps nothing.
/// @dev Environment: `MANAGER`; `ADMIN`, `GOVERNOR` and `REMOVER`, the accounts to be, of which the first two should be
/// multisigs; `ADMIN_DELAY` in seconds, between what an administrator announces and does.
contract HandOver {
    function run() external {
        AccessManager manager = AccessManager(vm.envAddress("MANAGER"));
        address admin = vm.envAddress("ADMIN");
        uint32 delay = SafeCast.toUint32(vm.envUint("ADMIN_DELAY"));
        vm.startBroadcast();
        Roles.handOver(manager, msg.sender, admin, vm.envAddress("GOVERNOR"), vm.envAddress("REMOVER"), delay);
        vm.stopBroadcast();
    }
}
