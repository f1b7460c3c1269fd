// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import {Allowlist} from "../src/Allowlist.sol";
import {AllowlistRegistry} from "../src/AllowlistRegistry.sol";
import {AppAllowlist} from "../src/AppAllowlist.sol";
import {Entry} from "../src/Entries.sol";
import {IAllowlist} from "../src/interfaces/IAllowlist.sol";
import {IAllowlistRegistry} from "../src/interfaces/IAllowlistRegistry.sol";
import {IBootPolicy} from "../src/interfaces/IBootPolicy.sol";
import {AllowlistBehavior} from "./Allowlist.behavior.sol";
import {vm} from "./support/Vm.sol";

contract AllowlistRegistryTest is AllowlistBehavior {
    bytes32 private constant ANY_DEVICE = keccak256("kms-allow-any-device");

    event GatewayAppIdSet(string gatewayAppId);
    event AppImplementationSet(address implementation);
    event AppDeployedViaFactory(address indexed appId, address indexed deployer);

    function _subject() internal view override returns (Allowlist) {
        return registry;
    }

    function _list() internal pure override returns (bytes32) {
        return OS_IMAGE;
    }

    function _code(uint32 delay) internal override returns (Allowlist) {
        return new AllowlistRegistry(delay);
    }

    function test_everyListOfTheInterfaceExists() external {
        bytes32[8] memory lists = [
            OS_IMAGE,
            KMS_AGGREGATED_MR,
            KMS_DEVICE,
            REGISTERED_APP,
            GATEWAY_APP_ID,
            APP_IMPLEMENTATION,
            SWITCH,
            IMPLEMENTATION
        ];
        for (uint256 i = 0; i < lists.length; ++i) {
            _allowAndWait(registry, lists[i], VALUE);
            vm.assertTrue(registry.isActive(lists[i], VALUE));
        }
    }

    function test_listsOfAddressesTakeNothingElse() external {
        bytes32 value = bytes32(type(uint256).max);
        bytes32[2] memory lists = [REGISTERED_APP, APP_IMPLEMENTATION];
        for (uint256 i = 0; i < lists.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IAllowlist.AllowlistNotAnAddress.selector, lists[i], value));
            _allow(registry, lists[i], value);
        }
    }

    function test_aKmsNeedsImageMeasurementAndDeviceInThisOrder() external {
        _assertKms(_boot(), false, "OS image is not allowed");
        _allowAndWait(registry, OS_IMAGE, _boot().osImageHash);
        _assertKms(_boot(), false, "Aggregated MR not allowed");
        _allowAndWait(registry, KMS_AGGREGATED_MR, _boot().mrAggregated);
        _assertKms(_boot(), false, "KMS is not allowed to boot on this device");
        _allowAndWait(registry, KMS_DEVICE, _boot().deviceId);
        _assertKms(_boot(), true, "");
    }

    function test_aKmsNeedsAPlatformThatIsUpToDateBeforeAnythingElse() external view {
        IBootPolicy.AppBootInfo memory boot = _boot();
        string[4] memory others = ["", "uptodate", "UpToDate ", "OutOfDate"];
        for (uint256 i = 0; i < others.length; ++i) {
            boot.tcbStatus = others[i];
            _assertKms(boot, false, "TCB status is not up to date");
        }
    }

    function test_anEmptyListOfDevicesAllowsNobodyUnlessTheSwitchSaysSo() external {
        _allowAndWait(registry, OS_IMAGE, _boot().osImageHash);
        _allowAndWait(registry, KMS_AGGREGATED_MR, _boot().mrAggregated);
        _assertKms(_boot(), false, "KMS is not allowed to boot on this device");
        _allowAndWait(registry, SWITCH, ANY_DEVICE);
        _assertKms(_boot(), true, "");
        _remove(registry, SWITCH, ANY_DEVICE);
        _assertKms(_boot(), false, "KMS is not allowed to boot on this device");
    }

    function test_anAppNeedsToBeKnownAndAnImageAndItsOwnConsent() external {
        _assertApp(_boot(), false, "App not registered");
        _allowAndWait(registry, REGISTERED_APP, _value(address(app)));
        _assertApp(_boot(), false, "OS image is not allowed");
        _allowAndWait(registry, OS_IMAGE, _boot().osImageHash);
        _assertApp(_boot(), false, "Compose hash not allowed");
        _allowAndWait(app, COMPOSE_HASH, _boot().composeHash);
        _assertApp(_boot(), false, "Device not allowed");
        _allowAndWait(app, DEVICE, _boot().deviceId);
        _assertApp(_boot(), true, "");
    }

    function test_anAppWithoutCodeIsDenied() external {
        IBootPolicy.AppBootInfo memory boot = _boot();
        boot.appId = stranger;
        _allowAndWait(registry, REGISTERED_APP, _value(stranger));
        _allowAndWait(registry, OS_IMAGE, boot.osImageHash);
        _assertApp(boot, false, "App not deployed or invalid address");
    }

    function test_anAppThatCannotAnswerIsNoAnswer() external {
        IBootPolicy.AppBootInfo memory boot = _boot();
        boot.appId = address(manager);
        _allowAndWait(registry, REGISTERED_APP, _value(address(manager)));
        _allowAndWait(registry, OS_IMAGE, boot.osImageHash);
        vm.expectRevert(bytes(""));
        registry.isAppAllowed(boot);
    }

    function test_gettersShowWhatCounts() external {
        _allow(registry, OS_IMAGE, VALUE);
        _allow(registry, KMS_AGGREGATED_MR, VALUE);
        _allow(registry, KMS_DEVICE, VALUE);
        _allow(registry, REGISTERED_APP, _value(stranger));
        vm.assertFalse(registry.allowedOsImages(VALUE), "image, early");
        vm.assertFalse(registry.registeredApps(stranger), "app, early");
        vm.warp(START + DELAY);
        vm.assertTrue(registry.allowedOsImages(VALUE), "image");
        vm.assertTrue(registry.kmsAllowedAggregatedMrs(VALUE), "measurement");
        vm.assertTrue(registry.kmsAllowedDeviceIds(VALUE), "device");
        vm.assertTrue(registry.registeredApps(stranger), "app");
    }

    function test_theGatewayIsOneOfThoseAllowed() external {
        bytes32 hash = keccak256("0x1111");
        vm.expectRevert(abi.encodeWithSelector(IAllowlist.AllowlistNotAllowed.selector, GATEWAY_APP_ID, hash));
        vm.prank(governor);
        registry.setGatewayAppId("0x1111");

        _allowAndWait(registry, GATEWAY_APP_ID, hash);
        vm.assertEq(registry.gatewayAppId(), "");
        vm.expectEmit(address(registry));
        emit GatewayAppIdSet("0x1111");
        vm.prank(governor);
        registry.setGatewayAppId("0x1111");
        vm.assertEq(registry.gatewayAppId(), "0x1111");

        _remove(registry, GATEWAY_APP_ID, hash);
        vm.assertEq(registry.gatewayAppId(), "");
    }

    function test_theAppImplementationIsOneOfThoseAllowed() external {
        bytes32 value = _value(address(appCode));
        vm.expectRevert(abi.encodeWithSelector(IAllowlist.AllowlistNotAllowed.selector, APP_IMPLEMENTATION, value));
        vm.prank(governor);
        registry.setAppImplementation(address(appCode));

        _allowAndWait(registry, APP_IMPLEMENTATION, value);
        vm.assertEq(registry.appImplementation(), address(0));
        vm.expectEmit(address(registry));
        emit AppImplementationSet(address(appCode));
        vm.prank(governor);
        registry.setAppImplementation(address(appCode));
        vm.assertEq(registry.appImplementation(), address(appCode));

        _remove(registry, APP_IMPLEMENTATION, value);
        vm.assertEq(registry.appImplementation(), address(0));
        vm.expectRevert(abi.encodeWithSelector(IAllowlist.AllowlistNotAllowed.selector, APP_IMPLEMENTATION, value));
        vm.prank(governor);
        registry.createApp(address(manager), new IAllowlist.Grant[](0));
    }

    function test_withoutAnAppImplementationThereAreNoNewApps() external {
        vm.expectRevert(abi.encodeWithSelector(IAllowlist.AllowlistNotAllowed.selector, APP_IMPLEMENTATION, bytes32(0)));
        vm.prank(governor);
        registry.createApp(address(manager), new IAllowlist.Grant[](0));
    }

    function test_aNewAppHasItsOwnGovernorsAndCountsAfterTheDelay() external {
        _allowAndWait(registry, APP_IMPLEMENTATION, _value(address(appCode)));
        vm.prank(governor);
        registry.setAppImplementation(address(appCode));

        vm.recordLogs();
        vm.prank(governor);
        AppAllowlist made =
            AppAllowlist(registry.createApp(address(manager), _grant(COMPOSE_HASH, _boot().composeHash, 0)));
        bytes32 topic = vm.getRecordedLogs()[0].topics[0];
        vm.assertEq(topic, keccak256("Upgraded(address)"));
        vm.assertTrue(made.allowedComposeHashes(_boot().composeHash), "what it was made with");
        vm.assertEq(made.authority(), address(manager));
        vm.assertFalse(registry.registeredApps(address(made)), "at once");
        vm.warp(block.timestamp + DELAY);
        vm.assertTrue(registry.registeredApps(address(made)), "after the delay");
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, governor));
        vm.prank(governor);
        made.allow(_grant(DEVICE, VALUE, 0));
    }

    function test_aNewAppIsAnnounced() external {
        _allowAndWait(registry, APP_IMPLEMENTATION, _value(address(appCode)));
        vm.prank(governor);
        registry.setAppImplementation(address(appCode));
        address next = _nextAddress(address(registry), 1);
        vm.expectEmit(address(registry));
        emit EntryAllowed(REGISTERED_APP, _value(next), governor, Entry(uint48(block.timestamp) + DELAY, 0, 0, 0));
        vm.expectEmit(address(registry));
        emit PolicyChanged(governor, REGISTERED_APP, _value(next), true);
        vm.expectEmit(address(registry));
        emit AppDeployedViaFactory(next, governor);
        vm.prank(governor);
        registry.createApp(address(manager), new IAllowlist.Grant[](0));
    }

    function test_nobodyElseChoosesOrCreates() external {
        bytes memory unauthorized = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, remover);
        vm.startPrank(remover);
        vm.expectRevert(unauthorized);
        registry.setGatewayAppId("any");
        vm.expectRevert(unauthorized);
        registry.setAppImplementation(address(appCode));
        vm.expectRevert(unauthorized);
        registry.createApp(address(manager), new IAllowlist.Grant[](0));
        vm.stopPrank();
    }

    function test_answersToTheRegistrysInterfaceToo() external view {
        vm.assertTrue(registry.supportsInterface(type(IAllowlistRegistry).interfaceId));
    }

    /// Whatever is asked, an empty registry says no.
    function testFuzz_anEmptyRegistryDeniesEverything(IBootPolicy.AppBootInfo memory boot) external view {
        (bool kms,) = registry.isKmsAllowed(boot);
        (bool one,) = registry.isAppAllowed(boot);
        vm.assertFalse(kms || one);
    }

    /// Only the four fields that are looked at matter to a KMS.
    function testFuzz_aKmsIsAllowedByExactlyWhatIsListed(IBootPolicy.AppBootInfo memory boot, uint256 listed) external {
        vm.assume(boot.osImageHash != 0 && boot.mrAggregated != 0 && boot.deviceId != 0);
        boot.tcbStatus = "UpToDate";
        if (listed & 1 != 0) _allowAndWait(registry, OS_IMAGE, boot.osImageHash);
        if (listed & 2 != 0) _allowAndWait(registry, KMS_AGGREGATED_MR, boot.mrAggregated);
        if (listed & 4 != 0) _allowAndWait(registry, KMS_DEVICE, boot.deviceId);
        (bool allowed,) = registry.isKmsAllowed(boot);
        vm.assertTrue(allowed == (listed & 7 == 7));
    }

    /// @dev CREATE with a nonce below 128.
    function _nextAddress(address maker, uint8 nonce) private pure returns (address) {
        return address(uint160(uint256(keccak256(abi.encodePacked(hex"d694", maker, nonce)))));
    }

    function _assertKms(IBootPolicy.AppBootInfo memory boot, bool wanted, string memory wantedReason) private view {
        (bool allowed, string memory reason) = registry.isKmsAllowed(boot);
        _assertAnswer(allowed, reason, wanted, wantedReason);
    }

    function _assertApp(IBootPolicy.AppBootInfo memory boot, bool wanted, string memory wantedReason) private view {
        (bool allowed, string memory reason) = registry.isAppAllowed(boot);
        _assertAnswer(allowed, reason, wanted, wantedReason);
    }
}
