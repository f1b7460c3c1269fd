// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {ERC1967Utils} from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Utils.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";

import {AllowlistRegistry} from "../src/AllowlistRegistry.sol";
import {IAllowlist} from "../src/interfaces/IAllowlist.sol";
import {IAllowlistRegistry} from "../src/interfaces/IAllowlistRegistry.sol";
import {vm} from "../test/support/Vm.sol";
import {Roles} from "./Roles.sol";

/// @notice Looks at a fleet that was handed over, changes nothing, and fails at the first thing that is not as it should be.
/// @dev Environment: `MANAGER`, `REGISTRY`, `DEPLOYER`, `ADMIN`, `GOVERNOR`, `REMOVER`.
/// Does not find accounts that it is not told of: those stand in the manager's `RoleGranted` events.
contract Inspect {
    error InspectWrongAuthority(address authority);
    error InspectWrongRole(bytes4 selector, uint64 role);
    error InspectAdminWithoutDelay(address admin);
    error InspectRoleMissing(uint64 role, address account);
    error InspectRoleTooMany(uint64 role, address account);
    error InspectNoDelay();

    function run()
        external
        view
        returns (address implementation, address appImplementation, uint32 additionDelay, uint32 adminDelay)
    {
        AccessManager manager = AccessManager(vm.envAddress("MANAGER"));
        AllowlistRegistry registry = AllowlistRegistry(vm.envAddress("REGISTRY"));
        if (registry.authority() != address(manager)) revert InspectWrongAuthority(registry.authority());
        _checkFunctions(manager, address(registry));
        _checkPeople(manager);
        additionDelay = registry.additionDelay();
        if (additionDelay == 0) revert InspectNoDelay();
        (, adminDelay) = manager.hasRole(Roles.ADMIN, vm.envAddress("ADMIN"));
        implementation = address(uint160(uint256(vm.load(address(registry), ERC1967Utils.IMPLEMENTATION_SLOT))));
        appImplementation = registry.appImplementation();
    }

    function _checkFunctions(AccessManager manager, address registry) private view {
        bytes4[6] memory widening = [
            IAllowlist.allow.selector,
            IAllowlist.disableUpgrades.selector,
            UUPSUpgradeable.upgradeToAndCall.selector,
            IAllowlistRegistry.setGatewayAppId.selector,
            IAllowlistRegistry.setAppImplementation.selector,
            IAllowlistRegistry.createApp.selector
        ];
        for (uint256 i = 0; i < widening.length; ++i) {
            _checkRole(manager, registry, widening[i], Roles.GOVERNOR);
        }
        _checkRole(manager, registry, IAllowlist.remove.selector, Roles.REMOVER);
    }

    function _checkRole(AccessManager manager, address registry, bytes4 selector, uint64 wanted) private view {
        uint64 role = manager.getTargetFunctionRole(registry, selector);
        if (role != wanted) revert InspectWrongRole(selector, role);
    }

    function _checkPeople(AccessManager manager) private view {
        address admin = vm.envAddress("ADMIN");
        address governor = vm.envAddress("GOVERNOR");
        address remover = vm.envAddress("REMOVER");
        address deployer = vm.envAddress("DEPLOYER");
        (, uint32 delay) = manager.hasRole(Roles.ADMIN, admin);
        _checkHas(manager, Roles.ADMIN, admin);
        if (delay == 0) revert InspectAdminWithoutDelay(admin);
        _checkHas(manager, Roles.GOVERNOR, governor);
        _checkHas(manager, Roles.REMOVER, governor);
        _checkHas(manager, Roles.REMOVER, remover);
        _checkHasNot(manager, Roles.GOVERNOR, remover);
        _checkHasNot(manager, Roles.ADMIN, remover);
        _checkHasNot(manager, Roles.ADMIN, deployer);
        _checkHasNot(manager, Roles.GOVERNOR, deployer);
    }

    function _checkHas(AccessManager manager, uint64 role, address account) private view {
        (bool has,) = manager.hasRole(role, account);
        if (!has) revert InspectRoleMissing(role, account);
    }

    function _checkHasNot(AccessManager manager, uint64 role, address account) private view {
        (bool has,) = manager.hasRole(role, account);
        if (has) revert InspectRoleTooMany(role, account);
    }
}
