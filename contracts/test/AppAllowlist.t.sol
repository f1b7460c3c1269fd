// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {Allowlist} from "../src/Allowlist.sol";
import {AppAllowlist} from "../src/AppAllowlist.sol";
import {IAppAllowlist} from "../src/interfaces/IAppAllowlist.sol";
import {IBootPolicy} from "../src/interfaces/IBootPolicy.sol";
import {AllowlistBehavior} from "./Allowlist.behavior.sol";
import {vm} from "./support/Vm.sol";

contract AppAllowlistTest is AllowlistBehavior {
    bytes32 private constant ANY_DEVICE = keccak256("allow-any-device");
    bytes32 private constant TOLERATE = keccak256("tolerate-tcb-status");

    function _subject() internal view override returns (Allowlist) {
        return app;
    }

    function _list() internal pure override returns (bytes32) {
        return COMPOSE_HASH;
    }

    function _code(uint32 delay) internal override returns (Allowlist) {
        return new AppAllowlist(delay);
    }

    function test_everyListOfTheInterfaceExists() external {
        bytes32[4] memory lists = [COMPOSE_HASH, DEVICE, SWITCH, IMPLEMENTATION];
        for (uint256 i = 0; i < lists.length; ++i) {
            _allowAndWait(app, lists[i], VALUE);
            vm.assertTrue(app.isActive(lists[i], VALUE));
        }
    }

    function test_needsComposeHashAndDeviceInThisOrder() external {
        _assertApp(_boot(), false, "Compose hash not allowed");
        _allowAndWait(app, COMPOSE_HASH, _boot().composeHash);
        _assertApp(_boot(), false, "Device not allowed");
        _allowAndWait(app, DEVICE, _boot().deviceId);
        _assertApp(_boot(), true, "");
        vm.assertTrue(app.allowedComposeHashes(_boot().composeHash), "compose hash");
        vm.assertTrue(app.allowedDeviceIds(_boot().deviceId), "device");
    }

    function test_anEmptyListOfDevicesAllowsNobodyUnlessTheSwitchSaysSo() external {
        vm.assertFalse(app.allowAnyDevice());
        _allowAndWait(app, COMPOSE_HASH, _boot().composeHash);
        _assertApp(_boot(), false, "Device not allowed");
        _allowAndWait(app, SWITCH, ANY_DEVICE);
        vm.assertTrue(app.allowAnyDevice());
        _assertApp(_boot(), true, "");
        _remove(app, SWITCH, ANY_DEVICE);
        _assertApp(_boot(), false, "Device not allowed");
    }

    function test_needsAPlatformThatIsUpToDateUnlessTheSwitchSaysSo() external {
        IBootPolicy.AppBootInfo memory boot = _boot();
        boot.tcbStatus = "OutOfDate";
        _allowAndWait(app, COMPOSE_HASH, boot.composeHash);
        _allowAndWait(app, DEVICE, boot.deviceId);
        vm.assertTrue(app.requireTcbUpToDate());
        _assertApp(boot, false, "TCB status is not up to date");
        _allow(app, SWITCH, TOLERATE, uint48(block.timestamp) + DELAY + 7 days);
        vm.warp(block.timestamp + DELAY);
        vm.assertFalse(app.requireTcbUpToDate());
        _assertApp(boot, true, "");
        vm.warp(block.timestamp + 7 days);
        _assertApp(boot, false, "TCB status is not up to date");
    }

    function test_answersToTheAppsInterfaceToo() external view {
        vm.assertTrue(app.supportsInterface(type(IAppAllowlist).interfaceId));
    }

    /// Whatever is asked, an empty app says no.
    function testFuzz_anEmptyAppDeniesEverything(IBootPolicy.AppBootInfo memory boot) external view {
        (bool allowed,) = app.isAppAllowed(boot);
        vm.assertFalse(allowed);
    }

    function _assertApp(IBootPolicy.AppBootInfo memory boot, bool wanted, string memory wantedReason) private view {
        (bool allowed, string memory reason) = app.isAppAllowed(boot);
        _assertAnswer(allowed, reason, wanted, wantedReason);
    }
}
