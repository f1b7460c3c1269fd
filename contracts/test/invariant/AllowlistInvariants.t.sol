// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {Entry} from "../../src/Entries.sol";
import {IAllowlist} from "../../src/interfaces/IAllowlist.sol";
import {IBootPolicy} from "../../src/interfaces/IBootPolicy.sol";
import {Fixture} from "../support/Fixture.sol";
import {vm} from "../support/Vm.sol";
import {Handler} from "./Handler.sol";

/// @notice What holds after any sequence of calls by governors, removers and strangers, with time passing between them.
contract AllowlistInvariantsTest is Fixture {
    uint256 private constant VALUES = 3;

    Handler private handler;

    function setUp() public override {
        super.setUp();
        handler = new Handler(manager, registry, app, [governor, remover, stranger], DELAY);
    }

    /// @dev forge calls the functions of these contracts only.
    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function invariant_nothingIsAllowedThatNoGovernorAllowed() external view {
        _forEach(_allowedOnlyIfListed);
    }

    function invariant_nothingIsAllowedBeforeItsDelay() external view {
        vm.assertFalse(handler.countedTooEarly());
        _forEach(_allowedOnlyAfterItsDelay);
    }

    function invariant_aRemovalCountsInTheSameBlock() external view {
        vm.assertFalse(handler.removedStillAllowed());
    }

    function invariant_theEmergencyRoleNeverAdds() external view {
        vm.assertFalse(handler.emergencyRoleAdded());
    }

    function invariant_aStrangerChangesNothing() external view {
        vm.assertFalse(handler.strangerSucceeded());
    }

    function invariant_noCodeRunsThatWasNotListed() external view {
        vm.assertFalse(handler.unlistedUpgradeSucceeded());
        bytes32 slot = 0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc;
        vm.assertEq(vm.load(address(app), slot), _value(address(appCode)));
    }

    function invariant_aRenewalInterruptsNothing() external view {
        vm.assertFalse(handler.renewalInterrupted());
    }

    function invariant_logsTellTheWholeState() external view {
        _forEach(_toldByLogs);
    }

    function invariant_pagesHoldEveryEntryOnceAndNothingElse() external view {
        _forEachList(_pageMatches);
    }

    function invariant_theAuthorityIsTheSame() external view {
        vm.assertEq(registry.authority(), address(manager));
        vm.assertEq(app.authority(), address(manager));
    }

    function invariant_aKmsIsAllowedExactlyWhenItsPartsAre() external view {
        IBootPolicy.AppBootInfo memory boot = _boot();
        for (uint256 i = 1; i <= VALUES; ++i) {
            (boot.osImageHash, boot.mrAggregated, boot.deviceId) = (bytes32(i), bytes32(1 + i % VALUES), bytes32(i));
            (bool allowed, string memory reason) = registry.isKmsAllowed(boot);
            bool parts = registry.isActive(OS_IMAGE, boot.osImageHash)
                && registry.isActive(KMS_AGGREGATED_MR, boot.mrAggregated)
                && registry.isActive(KMS_DEVICE, boot.deviceId);
            vm.assertTrue(allowed == parts, "the answer and its parts");
            vm.assertTrue(allowed == (bytes(reason).length == 0), "a reason exactly when denied");
        }
    }

    function invariant_theZeroValueIsNeverListed() external view {
        _forEachList(_zeroIsNotListed);
    }

    function _forEachList(function(IAllowlist, bytes32) internal view check) private view {
        bytes32[5] memory ofRegistry = [OS_IMAGE, KMS_AGGREGATED_MR, KMS_DEVICE, REGISTERED_APP, SWITCH];
        bytes32[3] memory ofApp = [COMPOSE_HASH, DEVICE, SWITCH];
        for (uint256 i = 0; i < ofRegistry.length; ++i) {
            check(registry, ofRegistry[i]);
        }
        for (uint256 i = 0; i < ofApp.length; ++i) {
            check(app, ofApp[i]);
        }
    }

    function _forEach(function(IAllowlist, bytes32, bytes32) internal view check) private view {
        bytes32[5] memory ofRegistry = [OS_IMAGE, KMS_AGGREGATED_MR, KMS_DEVICE, REGISTERED_APP, SWITCH];
        bytes32[3] memory ofApp = [COMPOSE_HASH, DEVICE, SWITCH];
        for (uint256 value = 1; value <= VALUES; ++value) {
            for (uint256 i = 0; i < ofRegistry.length; ++i) {
                check(registry, ofRegistry[i], bytes32(value));
            }
            for (uint256 i = 0; i < ofApp.length; ++i) {
                check(app, ofApp[i], bytes32(value));
            }
        }
    }

    function _allowedOnlyIfListed(IAllowlist target, bytes32 list, bytes32 value) private view {
        if (target.isActive(list, value)) {
            vm.assertTrue(handler.page(target, list, value).listed > 0, "nobody listed it");
        }
    }

    function _allowedOnlyAfterItsDelay(IAllowlist target, bytes32 list, bytes32 value) private view {
        if (target.isActive(list, value)) {
            uint256 since = handler.page(target, list, value).listedSince;
            vm.assertTrue(since != 0, "removed since");
            vm.assertTrue(block.timestamp >= since + DELAY, "too early");
        }
    }

    function _toldByLogs(IAllowlist target, bytes32 list, bytes32 value) private view {
        vm.assertEq(abi.encode(handler.page(target, list, value).told), abi.encode(target.entry(list, value)));
    }

    function _pageMatches(IAllowlist target, bytes32 list) private view {
        IAllowlist.Row[] memory rows = target.page(list, 0, type(uint256).max);
        vm.assertEq(rows.length, target.count(list));
        uint256 listed = 0;
        for (uint256 value = 1; value <= VALUES; ++value) {
            if (target.entry(list, bytes32(value)).from != 0) ++listed;
        }
        vm.assertEq(rows.length, listed, "every entry");
        for (uint256 i = 0; i < rows.length; ++i) {
            vm.assertEq(abi.encode(rows[i].entry), abi.encode(target.entry(list, rows[i].value)));
            vm.assertTrue(rows[i].active == target.isActive(list, rows[i].value), "activity");
            for (uint256 j = 0; j < i; ++j) {
                vm.assertTrue(rows[i].value != rows[j].value, "listed twice");
            }
        }
    }

    function _zeroIsNotListed(IAllowlist target, bytes32 list) private view {
        vm.assertFalse(target.isActive(list, 0));
        vm.assertEq(abi.encode(target.entry(list, 0)), abi.encode(Entry(0, 0, 0, 0)));
    }
}
