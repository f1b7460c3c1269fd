// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

/// @notice When one value of one list is allowed: in a first period and in its renewal, each from a second on and up to,
/// not including, another. All four are Unix times in seconds. A period that begins at 0 is none; one that ends at 0 has
/// no end.
/// @param from first second of the first period
/// @param until first second after it
/// @param renewedFrom first second of the renewal
/// @param renewedUntil first second after it
struct Entry {
    uint48 from;
    uint48 until;
    uint48 renewedFrom;
    uint48 renewedUntil;
}

/// @title What an entry of a list means
/// @notice Pure functions of an entry and a time, so that every contract, test and reader of the logs means the same.
library Entries {
    /// @notice Whether the value is allowed at `time`.
    function isActive(Entry memory entry, uint256 time) internal pure returns (bool) {
        return _covers(entry.from, entry.until, time) || _covers(entry.renewedFrom, entry.renewedUntil, time);
    }

    /// @notice The entry after the period from `from` to `until` was added at `time`.
    /// A period that has not begun is replaced; one that has begun stays as it is, so that a renewal neither interrupts
    /// nor shortens what is allowed already.
    function renewed(Entry memory entry, uint256 time, uint48 from, uint48 until) internal pure returns (Entry memory) {
        if (!_hasBegun(entry.from, time)) {
            return Entry(from, until, 0, 0);
        }
        if (_hasBegun(entry.renewedFrom, time)) {
            bool first = _covers(entry.from, entry.until, time);
            entry.until = first ? _later(entry.until, entry.renewedUntil) : entry.renewedUntil;
            entry.from = first ? entry.from : entry.renewedFrom;
        }
        return Entry(entry.from, entry.until, from, until);
    }

    function _hasBegun(uint48 from, uint256 time) private pure returns (bool) {
        return from != 0 && from <= time;
    }

    function _covers(uint48 from, uint48 until, uint256 time) private pure returns (bool) {
        return _hasBegun(from, time) && (until == 0 || time < until);
    }

    function _later(uint48 one, uint48 other) private pure returns (uint48) {
        if (one == 0 || other == 0) return 0;
        return one > other ? one : other;
    }
}
