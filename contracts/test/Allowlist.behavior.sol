// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";

import {Allowlist} from "../src/Allowlist.sol";
import {Entry} from "../src/Entries.sol";
import {IAllowlist} from "../src/interfaces/IAllowlist.sol";
import {IBootPolicy} from "../src/interfaces/IBootPolicy.sol";
import {Fixture} from "./support/Fixture.sol";
import {Vm, vm} from "./support/Vm.sol";

/// @notice What every contract with lists does, whichever lists it has.
abstract contract AllowlistBehavior is Fixture {
    bytes32 internal constant VALUE = bytes32(uint256(0xbeef));
    bytes32 internal constant OTHER = bytes32(uint256(0xcafe));

    event EntryAllowed(bytes32 indexed list, bytes32 indexed value, address indexed actor, Entry entry);
    event EntryRemoved(bytes32 indexed list, bytes32 indexed value, address indexed actor);
    event PolicyChanged(address indexed actor, bytes32 indexed policy, bytes32 indexed value, bool enabled);
    event UpgradesDisabled(address indexed actor);

    function _subject() internal view virtual returns (Allowlist);

    /// One of the subject's lists, for values that are not addresses.
    function _list() internal pure virtual returns (bytes32);

    /// The same code with another delay.
    function _code(uint32 delay) internal virtual returns (Allowlist);

    function test_nothingIsAllowedAtFirst() external view {
        vm.assertFalse(_subject().isActive(_list(), VALUE));
        vm.assertEq(_subject().count(_list()), 0);
        vm.assertEq(_subject().page(_list(), 0, 10).length, 0);
    }

    function test_anAdditionCountsAfterTheDelayAndNotBefore() external {
        _allow(_subject(), _list(), VALUE);
        vm.assertFalse(_subject().isActive(_list(), VALUE), "at once");
        vm.warp(START + DELAY - 1);
        vm.assertFalse(_subject().isActive(_list(), VALUE), "a second early");
        vm.warp(START + DELAY);
        vm.assertTrue(_subject().isActive(_list(), VALUE), "after the delay");
    }

    function test_anAdditionNamesTheGovernorAndTheWholeEntry() external {
        vm.expectEmit(address(_subject()));
        emit EntryAllowed(_list(), VALUE, governor, Entry(START + DELAY, START + 30 days, 0, 0));
        vm.expectEmit(address(_subject()));
        emit PolicyChanged(governor, _list(), VALUE, true);
        _allow(_subject(), _list(), VALUE, START + 30 days);
    }

    function test_anEntryEndsByItself() external {
        _allow(_subject(), _list(), VALUE, START + 30 days);
        vm.warp(START + 30 days - 1);
        vm.assertTrue(_subject().isActive(_list(), VALUE), "before its end");
        vm.warp(START + 30 days);
        vm.assertFalse(_subject().isActive(_list(), VALUE), "at its end");
    }

    function test_aRenewalIsWithoutAGap() external {
        _allow(_subject(), _list(), VALUE, START + 30 days);
        vm.warp(START + 29 days);
        _allow(_subject(), _list(), VALUE, START + 60 days);
        vm.assertTrue(_subject().isActive(_list(), VALUE), "before its old end");
        vm.warp(START + 30 days);
        vm.assertFalse(_subject().isActive(_list(), VALUE), "renewed too late");
        vm.warp(START + 31 days);
        vm.assertTrue(_subject().isActive(_list(), VALUE), "after the delay of the renewal");
        _allow(_subject(), _list(), VALUE, START + 90 days);
        vm.warp(START + 60 days);
        vm.assertTrue(_subject().isActive(_list(), VALUE), "renewed in time");
    }

    function test_aRemovalCountsInTheSameBlock() external {
        _allowAndWait(_subject(), _list(), VALUE);
        _remove(_subject(), _list(), VALUE);
        vm.assertFalse(_subject().isActive(_list(), VALUE));
        vm.assertEq(_subject().count(_list()), 0);
        vm.assertEq(abi.encode(_subject().entry(_list(), VALUE)), abi.encode(Entry(0, 0, 0, 0)));
    }

    function test_aRemovalNamesTheRemover() external {
        _allow(_subject(), _list(), VALUE);
        vm.expectEmit(address(_subject()));
        emit EntryRemoved(_list(), VALUE, remover);
        vm.expectEmit(address(_subject()));
        emit PolicyChanged(remover, _list(), VALUE, false);
        _remove(_subject(), _list(), VALUE);
    }

    function test_aRemovalReachesWhatStillWaits() external {
        _allow(_subject(), _list(), VALUE);
        _remove(_subject(), _list(), VALUE);
        vm.warp(START + DELAY);
        vm.assertFalse(_subject().isActive(_list(), VALUE));
    }

    function test_afterARemovalTheDelayBeginsAgain() external {
        _allowAndWait(_subject(), _list(), VALUE);
        _remove(_subject(), _list(), VALUE);
        _allow(_subject(), _list(), VALUE);
        vm.warp(block.timestamp + DELAY - 1);
        vm.assertFalse(_subject().isActive(_list(), VALUE));
    }

    function test_removingWhatIsNotListedDoesNothingAndSaysNothing() external {
        vm.recordLogs();
        _remove(_subject(), _list(), VALUE);
        _remove(_subject(), keccak256("no such list"), VALUE);
        vm.assertEq(vm.getRecordedLogs().length, 0);
    }

    function test_manyAreAllowedAndRemovedInOneCall() external {
        IAllowlist.Grant[] memory grants = new IAllowlist.Grant[](2);
        grants[0] = IAllowlist.Grant(_list(), VALUE, 0);
        grants[1] = IAllowlist.Grant(SWITCH, OTHER, START + 30 days);
        vm.prank(governor);
        _subject().allow(grants);
        vm.warp(START + DELAY);
        vm.assertTrue(_subject().isActive(_list(), VALUE), "the first");
        vm.assertTrue(_subject().isActive(SWITCH, OTHER), "the second");

        IAllowlist.Removal[] memory removals = new IAllowlist.Removal[](3);
        removals[0] = IAllowlist.Removal(SWITCH, VALUE);
        removals[1] = IAllowlist.Removal(_list(), VALUE);
        removals[2] = IAllowlist.Removal(SWITCH, OTHER);
        vm.prank(remover);
        _subject().remove(removals);
        vm.assertFalse(_subject().isActive(_list(), VALUE), "the first");
        vm.assertFalse(_subject().isActive(SWITCH, OTHER), "the second");
    }

    function test_aWrongGrantUndoesTheWholeCall() external {
        IAllowlist.Grant[] memory grants = new IAllowlist.Grant[](2);
        grants[0] = IAllowlist.Grant(_list(), VALUE, 0);
        grants[1] = IAllowlist.Grant(_list(), 0, 0);
        vm.expectRevert(abi.encodeWithSelector(IAllowlist.AllowlistZeroValue.selector, _list()));
        vm.prank(governor);
        _subject().allow(grants);
        vm.assertEq(_subject().count(_list()), 0);
    }

    function test_refusesAListThatDoesNotExist() external {
        bytes32 unknown = keccak256("os-images");
        vm.expectRevert(abi.encodeWithSelector(IAllowlist.AllowlistUnknownList.selector, unknown));
        _allow(_subject(), unknown, VALUE);
    }

    function test_refusesAnAddressThatIsNone() external {
        bytes32 value = bytes32(uint256(1) << 160);
        vm.expectRevert(abi.encodeWithSelector(IAllowlist.AllowlistNotAnAddress.selector, IMPLEMENTATION, value));
        _allow(_subject(), IMPLEMENTATION, value);
    }

    function test_refusesWhatWouldEndBeforeItBegins() external {
        uint48 from = START + DELAY;
        vm.expectRevert(
            abi.encodeWithSelector(IAllowlist.AllowlistEndsBeforeItBegins.selector, _list(), VALUE, from, from)
        );
        _allow(_subject(), _list(), VALUE, from);
        _allow(_subject(), _list(), VALUE, from + 1);
    }

    function test_refusesADelayThatLocksEverybodyOut() external {
        vm.expectRevert(abi.encodeWithSelector(IAllowlist.AllowlistDelayTooLong.selector, 30 days + 1, 30 days));
        _code(30 days + 1);
        vm.assertEq(_code(30 days).additionDelay(), 30 days);
    }

    function test_saysItsDelay() external view {
        vm.assertEq(_subject().additionDelay(), DELAY);
    }

    function test_pagesThroughEveryRow() external {
        for (uint256 i = 1; i <= 5; ++i) {
            _allow(_subject(), _list(), bytes32(i), i == 5 ? START + 30 days : 0);
        }
        vm.warp(START + 30 days);
        vm.assertEq(_subject().count(_list()), 5);
        vm.assertEq(_subject().page(_list(), 0, 3).length, 3);
        vm.assertEq(_subject().page(_list(), 3, 3).length, 2);
        vm.assertEq(_subject().page(_list(), 5, 3).length, 0);
        vm.assertEq(_subject().page(_list(), type(uint256).max, type(uint256).max).length, 0);
        IAllowlist.Row[] memory rows = _subject().page(_list(), 3, type(uint256).max);
        vm.assertEq(rows[0].value, bytes32(uint256(4)));
        vm.assertTrue(rows[0].active, "without an end");
        vm.assertFalse(rows[1].active, "at its end");
        vm.assertEq(rows[1].entry.until, START + 30 days);
    }

    function test_nobodyElseMayAllow() external {
        address[2] memory others = [remover, stranger];
        for (uint256 i = 0; i < others.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, others[i]));
            vm.prank(others[i]);
            _subject().allow(_grant(_list(), VALUE, 0));
        }
    }

    function test_nobodyElseMayRemove() external {
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, stranger));
        vm.prank(stranger);
        _subject().remove(_removal(_list(), VALUE));
    }

    function test_nobodyElseMayDisableUpgrades() external {
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, remover));
        vm.prank(remover);
        _subject().disableUpgrades();
    }

    function test_upgradesAreDisabledOnceAndForGood() external {
        vm.assertFalse(_subject().upgradesDisabled());
        vm.expectEmit(address(_subject()));
        emit UpgradesDisabled(governor);
        vm.expectEmit(address(_subject()));
        emit PolicyChanged(governor, keccak256("upgrades-disabled"), 0, true);
        vm.prank(governor);
        _subject().disableUpgrades();
        vm.assertTrue(_subject().upgradesDisabled());

        vm.recordLogs();
        vm.prank(governor);
        _subject().disableUpgrades();
        vm.assertEq(vm.getRecordedLogs().length, 0);
    }

    function test_nobodyInitialisesItAgain() external {
        vm.expectRevert(Initializable.InvalidInitialization.selector);
        _subject().initialize(stranger, new IAllowlist.Grant[](0));
    }

    function test_nobodyInitialisesTheCodeItself() external {
        Allowlist code = _code(DELAY);
        vm.expectRevert(Initializable.InvalidInitialization.selector);
        code.initialize(stranger, new IAllowlist.Grant[](0));
    }

    function test_whatItIsMadeWithCountsAtOnce() external {
        Allowlist made = Allowlist(_proxy(address(_code(DELAY)), _grant(_list(), VALUE, 0)));
        vm.assertTrue(made.isActive(_list(), VALUE));
        vm.assertEq(made.authority(), address(manager));
    }

    function test_answersToItsInterfaces() external view {
        vm.assertTrue(_subject().supportsInterface(type(IERC165).interfaceId), "ERC-165");
        vm.assertTrue(_subject().supportsInterface(type(IAllowlist).interfaceId), "lists");
        vm.assertTrue(_subject().supportsInterface(type(IBootPolicy).interfaceId), "boot policy");
        vm.assertTrue(_subject().supportsInterface(0x1e079198), "boot policy, by number");
        vm.assertFalse(_subject().supportsInterface(0xffffffff), "none");
        vm.assertFalse(_subject().supportsInterface(0x00000000), "nothing");
    }

    /// Whoever reads only the logs knows as much as the contract.
    function testFuzz_logsTellTheWholeState(uint256[24] memory moves) external {
        vm.recordLogs();
        for (uint256 i = 0; i < moves.length; ++i) {
            bytes32 value = bytes32(1 + moves[i] % 4);
            vm.warp(block.timestamp + (moves[i] >> 16) % 2 days);
            if ((moves[i] >> 8) % 3 == 0) {
                _remove(_subject(), _list(), value);
            } else {
                uint48 end = uint48(block.timestamp) + DELAY + 1 + uint48((moves[i] >> 40) % 10 days);
                _allow(_subject(), _list(), value, (moves[i] >> 9) % 2 == 0 ? end : 0);
            }
        }
        uint256 listed = 0;
        Entry[5] memory told = _told();
        for (uint256 i = 1; i <= 4; ++i) {
            vm.assertEq(abi.encode(told[i]), abi.encode(_subject().entry(_list(), bytes32(i))));
            if (told[i].from != 0) ++listed;
        }
        vm.assertEq(_subject().count(_list()), listed);
    }

    function _told() private returns (Entry[5] memory entries) {
        bytes32 allowed = keccak256("EntryAllowed(bytes32,bytes32,address,(uint48,uint48,uint48,uint48))");
        bytes32 removed = keccak256("EntryRemoved(bytes32,bytes32,address)");
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].topics[0] == allowed) entries[uint256(logs[i].topics[2])] = abi.decode(logs[i].data, (Entry));
            if (logs[i].topics[0] == removed) delete entries[uint256(logs[i].topics[2])];
        }
    }
}
