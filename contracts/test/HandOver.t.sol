// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import {Roles} from "../script/Roles.sol";
import {IAllowlist} from "../src/interfaces/IAllowlist.sol";
import {Fixture} from "./support/Fixture.sol";
import {TwoOfThree} from "./support/TwoOfThree.sol";
import {vm} from "./support/Vm.sol";

/// @notice A fleet in the hands of a multisig: what it can do, and how, and what nobody can any longer.
contract HandOverTest is Fixture {
    uint32 private constant ADMIN_DELAY = 5 days;
    bytes32 private constant IMAGE = bytes32(uint256(0x1a6e));

    address private immutable one = vm.addr(1);
    address private immutable two = vm.addr(2);
    address private immutable three = vm.addr(3);

    TwoOfThree private multisig;

    function setUp() public override {
        super.setUp();
        multisig = new TwoOfThree([one, two, three]);
        Roles.handOver(manager, address(this), address(multisig), address(multisig), remover, ADMIN_DELAY);
    }

    function test_whoHandedOverHasNothingLeft() external {
        (bool admin,) = manager.hasRole(Roles.ADMIN, address(this));
        vm.assertFalse(admin);
        vm.expectRevert(
            abi.encodeWithSelector(IAccessManager.AccessManagerUnauthorizedAccount.selector, address(this), Roles.ADMIN)
        );
        manager.grantRole(Roles.GOVERNOR, address(this), 0);
    }

    function test_onePersonAloneDoesNothing() external {
        vm.prank(one);
        vm.assertFalse(multisig.ask(address(registry), _allowCall()));
        vm.prank(one);
        vm.assertFalse(multisig.ask(address(registry), _allowCall()));
        vm.assertEq(registry.count(OS_IMAGE), 0);
    }

    function test_twoPeopleAllowAndTwoRemove() external {
        _ask(address(registry), _allowCall());
        vm.warp(START + DELAY);
        vm.assertTrue(registry.allowedOsImages(IMAGE));
        _ask(address(registry), abi.encodeCall(IAllowlist.remove, (_removal(OS_IMAGE, IMAGE))));
        vm.assertFalse(registry.allowedOsImages(IMAGE));
    }

    function test_aRoleChangesHandsAfterTheAdministratorsDelayOnly() external {
        address next = vm.addr(9);
        bytes memory grant = abi.encodeCall(manager.grantRole, (Roles.REMOVER, next, 0));
        bytes memory revoke = abi.encodeCall(manager.revokeRole, (Roles.REMOVER, remover));
        _ask(address(manager), abi.encodeCall(manager.schedule, (address(manager), grant, 0)));
        _ask(address(manager), abi.encodeCall(manager.schedule, (address(manager), revoke, 0)));
        bytes32 id = manager.hashOperation(address(multisig), address(manager), grant);
        vm.warp(START + ADMIN_DELAY - 1);
        vm.prank(one);
        multisig.ask(address(manager), grant);
        vm.expectRevert(abi.encodeWithSelector(IAccessManager.AccessManagerNotReady.selector, id));
        vm.prank(two);
        multisig.ask(address(manager), grant);

        vm.warp(START + ADMIN_DELAY);
        vm.prank(two);
        multisig.ask(address(manager), grant);
        _ask(address(manager), revoke);
        vm.prank(next);
        registry.remove(_removal(OS_IMAGE, IMAGE));
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, remover));
        vm.prank(remover);
        registry.remove(_removal(OS_IMAGE, IMAGE));
    }

    function test_anAdministratorCannotAllowWithoutAnnouncingIt() external {
        bytes memory grant = abi.encodeCall(manager.grantRole, (Roles.GOVERNOR, one, 0));
        bytes32 id = manager.hashOperation(address(multisig), address(manager), grant);
        vm.prank(one);
        multisig.ask(address(manager), grant);
        vm.expectRevert(abi.encodeWithSelector(IAccessManager.AccessManagerNotScheduled.selector, id));
        vm.prank(two);
        multisig.ask(address(manager), grant);
    }

    /// A role that was granted without a delay still can't make anything count before the contract's own delay.
    function test_theContractKeepsItsDelayWhateverTheManagerSays() external {
        vm.prank(governor);
        registry.allow(_grant(OS_IMAGE, IMAGE, 0));
        vm.warp(START + DELAY - 1);
        vm.assertFalse(registry.allowedOsImages(IMAGE));
    }

    function test_aStrangerIsNotAsked() external {
        vm.expectRevert(abi.encodeWithSelector(TwoOfThree.TwoOfThreeNotOneOfThem.selector, stranger));
        vm.prank(stranger);
        multisig.ask(address(registry), _allowCall());
    }

    function test_nothingIsHandedToNobody() external {
        vm.expectRevert(Roles.RolesToNobody.selector);
        this.handOver(address(0), governor, remover);
        vm.expectRevert(Roles.RolesToNobody.selector);
        this.handOver(governor, address(0), remover);
        vm.expectRevert(Roles.RolesToNobody.selector);
        this.handOver(governor, governor, address(0));
        vm.expectRevert(abi.encodeWithSelector(Roles.RolesToTheGiver.selector, address(this)));
        this.handOver(address(this), governor, remover);
    }

    function handOver(address admin, address governor_, address remover_) external {
        Roles.handOver(manager, address(this), admin, governor_, remover_, ADMIN_DELAY);
    }

    function _allowCall() private pure returns (bytes memory) {
        return abi.encodeCall(IAllowlist.allow, (_grant(OS_IMAGE, IMAGE, 0)));
    }

    function _ask(address target, bytes memory data) private {
        vm.prank(one);
        multisig.ask(target, data);
        vm.prank(three);
        vm.assertTrue(multisig.ask(target, data), "the call was not made");
    }
}
