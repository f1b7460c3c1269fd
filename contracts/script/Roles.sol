// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";

import {IAllowlist} from "../src/interfaces/IAllowlist.sol";
import {IAllowlistRegistry} from "../src/interfaces/IAllowlistRegistry.sol";

/// @title Who may do what
/// @notice The one place where functions are given to roles. Whatever is not named here, the manager leaves to its
/// administrators. No role but the governors' may call anything that widens access.
library Roles {
    /// @notice A role would be given to the zero address.
    error RolesToNobody();

    /// @notice Whoever hands over can't be who takes over: they would renounce what they were given.
    error RolesToTheGiver(address giver);

    /// @notice Administrators: say who holds the other roles, with a delay. The manager's own number for them.
    uint64 internal constant ADMIN = 0;

    /// @notice Governors: list what is to be allowed.
    uint64 internal constant GOVERNOR = 1;

    /// @notice Removers: remove, and nothing else. For governors, and for people and machines that react to emergencies.
    uint64 internal constant REMOVER = 2;

    /// @notice Makes `manager` treat a registry as above. Its caller has to be an administrator without a delay.
    function bindRegistry(AccessManager manager, address registry) internal {
        _bind(manager, registry);
        bytes4[] memory own = new bytes4[](3);
        own[0] = IAllowlistRegistry.setGatewayAppId.selector;
        own[1] = IAllowlistRegistry.setAppImplementation.selector;
        own[2] = IAllowlistRegistry.createApp.selector;
        manager.setTargetFunctionRole(registry, own, GOVERNOR);
    }

    /// @notice Makes `manager` treat an app as above. Its caller has to be an administrator without a delay.
    function bindApp(AccessManager manager, address app) internal {
        _bind(manager, app);
    }

    /// @notice Gives every role away, those of `giver` among them, who has to be the caller and an administrator without a
    /// delay. Governors may remove too.
    /// @param adminDelay seconds between what an administrator announces and does
    function handOver(
        AccessManager manager,
        address giver,
        address admin,
        address governor,
        address remover,
        uint32 adminDelay
    ) internal {
        if (admin == address(0) || governor == address(0) || remover == address(0)) {
            revert RolesToNobody();
        }
        if (admin == giver) revert RolesToTheGiver(giver);
        manager.grantRole(GOVERNOR, governor, 0);
        manager.grantRole(REMOVER, governor, 0);
        manager.grantRole(REMOVER, remover, 0);
        manager.grantRole(ADMIN, admin, adminDelay);
        manager.renounceRole(ADMIN, giver);
    }

    /// @notice Gives the roles their names, for those who read the chain.
    function label(AccessManager manager) internal {
        manager.labelRole(GOVERNOR, "governor");
        manager.labelRole(REMOVER, "remover");
    }

    function _bind(AccessManager manager, address target) private {
        bytes4[] memory widening = new bytes4[](3);
        widening[0] = IAllowlist.allow.selector;
        widening[1] = IAllowlist.disableUpgrades.selector;
        widening[2] = UUPSUpgradeable.upgradeToAndCall.selector;
        manager.setTargetFunctionRole(target, widening, GOVERNOR);
        bytes4[] memory narrowing = new bytes4[](1);
        narrowing[0] = IAllowlist.remove.selector;
        manager.setTargetFunctionRole(target, narrowing, REMOVER);
    }
}
