// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {ERC1967Utils} from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Utils.sol";
import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";

import {AllowlistRegistry} from "../src/AllowlistRegistry.sol";
import {IAllowlist} from "../src/interfaces/IAllowlist.sol";
import {Fixture} from "./support/Fixture.sol";
import {Upgraded, WithAnotherSlot} from "./support/Upgraded.sol";
import {vm} from "./support/Vm.sol";

contract UpgradesTest is Fixture {
    Upgraded private next;

    event Migrated();

    function setUp() public override {
        super.setUp();
        next = new Upgraded(1 days);
    }

    function test_anUpgradeKeepsWhatIsListedAndChosen() external {
        _allow(registry, GATEWAY_APP_ID, keccak256("gateway"));
        _allow(registry, OS_IMAGE, bytes32(uint256(1)));
        _allowAndWait(registry, IMPLEMENTATION, _value(address(next)));
        vm.prank(governor);
        registry.setGatewayAppId("gateway");

        vm.expectEmit(address(registry));
        emit Migrated();
        vm.prank(governor);
        registry.upgradeToAndCall(address(next), abi.encodeCall(Upgraded.migrate, ()));
        vm.assertEq(Upgraded(address(registry)).generation(), 2);
        vm.assertEq(registry.additionDelay(), 1 days);
        vm.assertEq(registry.gatewayAppId(), "gateway");
        vm.assertTrue(registry.allowedOsImages(bytes32(uint256(1))));
        vm.assertEq(registry.count(OS_IMAGE), 1);
        vm.assertEq(registry.authority(), address(manager));
    }

    function test_anUpgradeWaitsLikeAnyAddition() external {
        bytes memory notAllowed =
            abi.encodeWithSelector(IAllowlist.AllowlistNotAllowed.selector, IMPLEMENTATION, _value(address(next)));
        _assertUpgradeFails(notAllowed);
        _allow(registry, IMPLEMENTATION, _value(address(next)));
        vm.warp(START + DELAY - 1);
        _assertUpgradeFails(notAllowed);
    }

    function test_theRemoverStopsAnUpgrade() external {
        _allowAndWait(registry, IMPLEMENTATION, _value(address(next)));
        _remove(registry, IMPLEMENTATION, _value(address(next)));
        _assertUpgradeFails(
            abi.encodeWithSelector(IAllowlist.AllowlistNotAllowed.selector, IMPLEMENTATION, _value(address(next)))
        );
    }

    function test_nobodyElseUpgrades() external {
        _allowAndWait(registry, IMPLEMENTATION, _value(address(next)));
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, remover));
        vm.prank(remover);
        registry.upgradeToAndCall(address(next), "");
    }

    function test_afterUpgradesWereDisabledNoneWorks() external {
        _allowAndWait(registry, IMPLEMENTATION, _value(address(next)));
        vm.prank(governor);
        registry.disableUpgrades();
        _assertUpgradeFails(abi.encodeWithSelector(IAllowlist.AllowlistUpgradesAreDisabled.selector));
    }

    function test_codeThatIsNotMadeForUpgradesIsRefused() external {
        address other = address(new WithAnotherSlot());
        _allow(registry, IMPLEMENTATION, _value(other));
        _allowAndWait(registry, IMPLEMENTATION, _value(address(manager)));
        vm.startPrank(governor);
        vm.expectRevert(
            abi.encodeWithSelector(UUPSUpgradeable.UUPSUnsupportedProxiableUUID.selector, bytes32(uint256(1)))
        );
        registry.upgradeToAndCall(other, "");
        vm.expectRevert(abi.encodeWithSelector(ERC1967Utils.ERC1967InvalidImplementation.selector, address(manager)));
        registry.upgradeToAndCall(address(manager), "");
        vm.stopPrank();
    }

    function test_theCodeItselfCannotBeUpgraded() external {
        vm.expectRevert(UUPSUpgradeable.UUPSUnauthorizedCallContext.selector);
        next.upgradeToAndCall(address(next), "");
    }

    function test_anUpgradeCannotInitialiseAgain() external {
        _allowAndWait(registry, IMPLEMENTATION, _value(address(next)));
        bytes memory again = abi.encodeCall(IAllowlist.initialize, (stranger, new IAllowlist.Grant[](0)));
        vm.expectRevert(Initializable.InvalidInitialization.selector);
        vm.prank(governor);
        registry.upgradeToAndCall(address(next), again);
    }

    function test_theManagerAloneChangesTheAuthority() external {
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, governor));
        vm.prank(governor);
        registry.setAuthority(address(next));
        manager.updateAuthority(address(registry), address(next));
        vm.assertEq(registry.authority(), address(next));
    }

    /// State is where ERC-7201 puts it, and nowhere else.
    function test_storageIsAtItsNamedLocations() external {
        _allow(registry, OS_IMAGE, bytes32(uint256(1)));
        bytes32 values = keccak256(abi.encode(OS_IMAGE, _location("keywarden.storage.Allowlist")));
        vm.assertEq(uint256(vm.load(address(registry), values)), 1, "length of the list");
        bytes32 implementation = bytes32(uint256(_location("keywarden.storage.AllowlistRegistry")) + 1);
        _allowAndWait(registry, APP_IMPLEMENTATION, _value(address(appCode)));
        vm.prank(governor);
        registry.setAppImplementation(address(appCode));
        vm.assertEq(vm.load(address(registry), implementation), _value(address(appCode)));
        for (uint256 slot = 0; slot < 16; ++slot) {
            vm.assertEq(uint256(vm.load(address(registry), bytes32(slot))), 0, "a slot outside of them");
        }
    }

    function _location(string memory name) private pure returns (bytes32) {
        return keccak256(abi.encode(uint256(keccak256(bytes(name))) - 1)) & ~bytes32(uint256(0xff));
    }

    function _assertUpgradeFails(bytes memory why) private {
        vm.expectRevert(why);
        vm.prank(governor);
        registry.upgradeToAndCall(address(next), "");
    }
}
