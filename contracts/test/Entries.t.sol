// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {Entries, Entry} from "../src/Entries.sol";
import {vm} from "./support/Vm.sol";

contract EntriesTest {
    using Entries for Entry;

    uint48 private constant NOW = 1000;

    function test_nothingIsNeverActive() external pure {
        vm.assertFalse(Entry(0, 0, 0, 0).isActive(0));
        vm.assertFalse(Entry(0, 0, 0, 0).isActive(type(uint256).max));
    }

    function test_isActiveFromItsFirstSecondToTheLastBeforeItsEnd() external pure {
        Entry memory entry = Entry(10, 20, 0, 0);
        vm.assertFalse(entry.isActive(9));
        vm.assertTrue(entry.isActive(10));
        vm.assertTrue(entry.isActive(19));
        vm.assertFalse(entry.isActive(20));
    }

    function test_withoutAnEndIsActiveForGood() external pure {
        vm.assertTrue(Entry(10, 0, 0, 0).isActive(type(uint256).max));
    }

    function test_renewalCountsByItself() external pure {
        Entry memory entry = Entry(10, 20, 30, 40);
        vm.assertFalse(entry.isActive(25));
        vm.assertTrue(entry.isActive(30));
        vm.assertFalse(entry.isActive(40));
    }

    function test_whatStillWaitsIsReplaced() external pure {
        _assertIs(Entry(NOW + 1, 0, 0, 0).renewed(NOW, NOW + 9, NOW + 99), Entry(NOW + 9, NOW + 99, 0, 0));
    }

    function test_whatCountsGoesOnUntilTheRenewalBegins() external pure {
        _assertIs(Entry(10, NOW + 5, 0, 0).renewed(NOW, NOW + 9, 0), Entry(10, NOW + 5, NOW + 9, 0));
    }

    function test_aRenewalThatStillWaitsIsReplaced() external pure {
        _assertIs(Entry(10, 0, NOW + 1, NOW + 2).renewed(NOW, NOW + 9, 0), Entry(10, 0, NOW + 9, 0));
    }

    function test_aRenewalThatBeganBecomesTheFirstPeriod() external pure {
        _assertIs(Entry(10, 20, 500, 0).renewed(NOW, NOW + 9, 0), Entry(500, 0, NOW + 9, 0));
    }

    function test_twoPeriodsThatCountBecomeOneWithTheLaterEnd() external pure {
        _assertIs(Entry(10, 2000, 500, 1500).renewed(NOW, NOW + 9, 0), Entry(10, 2000, NOW + 9, 0));
        _assertIs(Entry(10, 1500, 500, 2000).renewed(NOW, NOW + 9, 0), Entry(10, 2000, NOW + 9, 0));
        _assertIs(Entry(10, 0, 500, 2000).renewed(NOW, NOW + 9, 0), Entry(10, 0, NOW + 9, 0));
        _assertIs(Entry(10, 2000, 500, 0).renewed(NOW, NOW + 9, 0), Entry(10, 0, NOW + 9, 0));
    }

    /// A second at which a value was going to be allowed by a period that has begun is never lost.
    function testFuzz_renewingNeverNarrowsWhatHasBegun(uint48[8] memory seed) external pure {
        (Entry memory entry, uint48 time, uint48 from, uint48 until, uint48 second) = _case(seed);
        if (_begun(entry, time).isActive(second)) {
            vm.assertTrue(entry.renewed(time, from, until).isActive(second), "lost a second");
        }
    }

    /// No second is gained before the new period begins.
    function testFuzz_renewingNeverWidensBeforeItsTime(uint48[8] memory seed) external pure {
        (Entry memory entry, uint48 time, uint48 from, uint48 until, uint48 second) = _case(seed);
        bool before = entry.isActive(second);
        if (second < from && entry.renewed(time, from, until).isActive(second)) {
            vm.assertTrue(before, "gained a second");
        }
    }

    /// The new period is allowed, whole.
    function testFuzz_renewingAllowsTheNewPeriod(uint48[8] memory seed) external pure {
        (Entry memory entry, uint48 time, uint48 from, uint48 until, uint48 second) = _case(seed);
        if (second >= from && (until == 0 || second < until)) {
            vm.assertTrue(entry.renewed(time, from, until).isActive(second), "not allowed");
        }
    }

    /// Times so close together that every order of them comes up.
    function _case(uint48[8] memory seed)
        private
        pure
        returns (Entry memory entry, uint48 time, uint48 from, uint48 until, uint48 second)
    {
        entry = Entry(seed[0] % 16, seed[1] % 16, seed[2] % 16, seed[3] % 16);
        time = 1 + seed[4] % 16;
        from = time + seed[5] % 16;
        until = seed[6] % 32;
        second = time + seed[7] % 32;
    }

    function _begun(Entry memory entry, uint48 time) private pure returns (Entry memory) {
        if (entry.from == 0 || entry.from > time) return Entry(0, 0, 0, 0);
        if (entry.renewedFrom > time) return Entry(entry.from, entry.until, 0, 0);
        return Entry(entry.from, entry.until, entry.renewedFrom, entry.renewedUntil);
    }

    function _assertIs(Entry memory seen, Entry memory wanted) private pure {
        vm.assertEq(abi.encode(seen), abi.encode(wanted));
    }
}
