// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {Entry} from "../Entries.sol";

/// @title Lists of what is allowed
/// @notice Everything that widens access is an entry of a list, and all entries follow the same rules: who may call
/// {allow} adds one, it begins to count after {additionDelay}, it may have an end, and {remove} ends it at once, also
/// while it is still waiting. What is not listed is denied.
///
/// A list is named by the keccak-256 of its name, such as `os-image`. A value is 32 bytes: a hash or measurement as it
/// is, an address padded on the left, a switch or a text by its keccak-256.
interface IAllowlist {
    /// @notice What is to be allowed.
    /// @param list keccak-256 of the list's name
    /// @param value what is to be allowed; never zero
    /// @param until Unix time in seconds at which it ends again; 0: never
    struct Grant {
        bytes32 list;
        bytes32 value;
        uint48 until;
    }

    /// @notice What is not to be allowed any longer.
    /// @param list keccak-256 of the list's name
    /// @param value what was allowed
    struct Removal {
        bytes32 list;
        bytes32 value;
    }

    /// @notice A row of a list, as {page} shows it.
    /// @param value what is listed
    /// @param entry when it is allowed
    /// @param active whether it is allowed at the time of the block
    struct Row {
        bytes32 value;
        Entry entry;
        bool active;
    }

    /// @notice A value was listed, or listed anew. The last of these events about a value, unless {EntryRemoved} came
    /// after it, is the value's whole state.
    event EntryAllowed(bytes32 indexed list, bytes32 indexed value, address indexed actor, Entry entry);

    /// @notice A value was taken from a list, whether it was allowed, waiting or at its end.
    event EntryRemoved(bytes32 indexed list, bytes32 indexed value, address indexed actor);

    /// @notice The reference's event for every change of policy, for its readers; the last word of it is whether the value
    /// is listed. From when on it counts stands in {EntryAllowed} only.
    event PolicyChanged(address indexed actor, bytes32 indexed policy, bytes32 indexed value, bool enabled);

    /// @notice No implementation will ever replace this one.
    event UpgradesDisabled(address indexed actor);

    /// @notice This contract has no such list.
    error AllowlistUnknownList(bytes32 list);

    /// @notice Zero is what a missing measurement looks like, and is never allowed.
    error AllowlistZeroValue(bytes32 list);

    /// @notice The list holds addresses, and the first 12 bytes of this value are not zero.
    error AllowlistNotAnAddress(bytes32 list, bytes32 value);

    /// @notice The entry would end before it begins.
    error AllowlistEndsBeforeItBegins(bytes32 list, bytes32 value, uint48 from, uint48 until);

    /// @notice The value has to be listed, and its delay to be over, before it can be used.
    error AllowlistNotAllowed(bytes32 list, bytes32 value);

    /// @notice Upgrades were disabled for good.
    error AllowlistUpgradesAreDisabled();

    /// @notice An implementation can't be made with this delay, in seconds; it would lock its governors out.
    error AllowlistDelayTooLong(uint32 delay, uint32 longest);

    /// @notice Begins with an authority and with entries that count at once; only whoever makes the proxy can do so.
    /// @dev Requirements: not called before. Emits as {allow} does.
    /// Does not check that the authority is a contract: without one, nobody can change anything.
    function initialize(address authority, Grant[] calldata grants) external;

    /// @notice Lists values. Each counts from {additionDelay} after the block of this call on, until its own end. A value
    /// that counts already goes on counting meanwhile.
    /// @dev Requirements: the authority lets the caller call this function; every list is one of this contract; no value is
    /// zero; no end is before the beginning. If one grant fails, none is made.
    /// Emits {EntryAllowed} and {PolicyChanged} for each.
    /// Does not shorten: an earlier end than before has no effect until the value is removed.
    function allow(Grant[] calldata grants) external;

    /// @notice Removes values, at once: no later transaction of the same block finds them allowed.
    /// @dev Requirements: the authority lets the caller call this function.
    /// Emits {EntryRemoved} and {PolicyChanged} for each that was listed; the others are passed over, so that of two people
    /// in a hurry both succeed.
    /// Does not recall keys that were released before, nor forbid that somebody lists the value again.
    function remove(Removal[] calldata removals) external;

    /// @notice Forbids every later upgrade of this contract. There is no way back.
    /// @dev Requirements: the authority lets the caller call this function. Emits {UpgradesDisabled}, once.
    /// Does not freeze the lists.
    function disableUpgrades() external;

    /// @notice Seconds between {allow} and the moment at which an entry counts. Fixed in the implementation.
    function additionDelay() external view returns (uint32);

    /// @notice Whether upgrades were disabled for good.
    function upgradesDisabled() external view returns (bool);

    /// @notice Whether the value counts at the time of the block. False for a list that does not exist.
    function isActive(bytes32 list, bytes32 value) external view returns (bool);

    /// @notice When the value counts; all zero if it is not listed.
    function entry(bytes32 list, bytes32 value) external view returns (Entry memory);

    /// @notice How many values a list holds, those among them that wait or are at their end.
    function count(bytes32 list) external view returns (uint256);

    /// @notice Up to `limit` rows of a list, from the row `offset` on; none beyond its end.
    /// Does not promise an order: a removal moves the last row to the place that becomes free.
    function page(bytes32 list, uint256 offset, uint256 limit) external view returns (Row[] memory);
}
