// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {
    AccessManagedUpgradeable
} from "@openzeppelin/contracts-upgradeable/access/manager/AccessManagedUpgradeable.sol";
import {ERC165Upgradeable} from "@openzeppelin/contracts-upgradeable/utils/introspection/ERC165Upgradeable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";
import {EnumerableSet} from "@openzeppelin/contracts/utils/structs/EnumerableSet.sol";

import {Entries, Entry} from "./Entries.sol";
import {IAllowlist} from "./interfaces/IAllowlist.sol";

// The time of a block decides what counts, and a proposer can shift it by seconds; delays and ends are days.
// slither-disable-start timestamp
/// @title Lists of what is allowed, with a delay before anything is
/// @notice The part that the registry and the apps share. The delay is kept here and not by the authority, so that no role,
/// however granted, gets round it; an upgrade does not either, because an implementation is an entry like any other.
abstract contract Allowlist is IAllowlist, AccessManagedUpgradeable, ERC165Upgradeable, UUPSUpgradeable {
    using Entries for Entry;
    using EnumerableSet for EnumerableSet.Bytes32Set;

    /// @custom:storage-location erc7201:keywarden.storage.Allowlist
    struct AllowlistStorage {
        mapping(bytes32 list => EnumerableSet.Bytes32Set) values;
        mapping(bytes32 list => mapping(bytes32 value => Entry)) entries;
        bool upgradesDisabled;
    }

    // keccak256(abi.encode(uint256(keccak256("keywarden.storage.Allowlist")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant ALLOWLIST_STORAGE = 0x8568df40d2bda39e68cf28b510748216239ed0ecd50188d2c79a25e2fa4f3400;

    bytes32 internal constant IMPLEMENTATION = keccak256("implementation");
    bytes32 internal constant SWITCH = keccak256("switch");

    bytes32 private constant UP_TO_DATE = keccak256("UpToDate");
    bytes32 private constant UPGRADES_DISABLED = keccak256("upgrades-disabled");
    uint32 private constant LONGEST_DELAY = 30 days;

    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    uint32 private immutable _additionDelay;

    /// @dev Requirements: the delay is 30 days at most.
    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor(uint32 delay) {
        if (delay > LONGEST_DELAY) revert AllowlistDelayTooLong(delay, LONGEST_DELAY);
        _additionDelay = delay;
        _disableInitializers();
    }

    /// @inheritdoc IAllowlist
    function allow(Grant[] calldata grants) external restricted {
        _allow(grants, _afterDelay());
    }

    /// @inheritdoc IAllowlist
    function remove(Removal[] calldata removals) external restricted {
        for (uint256 i = 0; i < removals.length; ++i) {
            _remove(removals[i].list, removals[i].value);
        }
    }

    /// @inheritdoc IAllowlist
    function disableUpgrades() external restricted {
        AllowlistStorage storage $ = _allowlistStorage();
        if ($.upgradesDisabled) return;
        $.upgradesDisabled = true;
        emit UpgradesDisabled(_msgSender());
        emit PolicyChanged(_msgSender(), UPGRADES_DISABLED, 0, true);
    }

    /// @inheritdoc IAllowlist
    function additionDelay() external view returns (uint32) {
        return _additionDelay;
    }

    /// @inheritdoc IAllowlist
    function upgradesDisabled() external view returns (bool) {
        return _allowlistStorage().upgradesDisabled;
    }

    /// @inheritdoc IAllowlist
    function isActive(bytes32 list, bytes32 value) external view returns (bool) {
        return _isAllowed(list, value);
    }

    /// @inheritdoc IAllowlist
    function entry(bytes32 list, bytes32 value) external view returns (Entry memory) {
        return _allowlistStorage().entries[list][value];
    }

    /// @inheritdoc IAllowlist
    function count(bytes32 list) external view returns (uint256) {
        return _allowlistStorage().values[list].length();
    }

    /// @inheritdoc IAllowlist
    function page(bytes32 list, uint256 offset, uint256 limit) external view returns (Row[] memory rows) {
        AllowlistStorage storage $ = _allowlistStorage();
        uint256 total = $.values[list].length();
        uint256 left = offset < total ? total - offset : 0;
        rows = new Row[](limit < left ? limit : left);
        for (uint256 i = 0; i < rows.length; ++i) {
            bytes32 value = $.values[list].at(offset + i);
            Entry memory found = $.entries[list][value];
            rows[i] = Row(value, found, found.isActive(block.timestamp));
        }
    }

    /// @notice Whether the contract answers to an interface, by its ERC-165 identifier.
    function supportsInterface(bytes4 interfaceId) public view virtual override returns (bool) {
        return interfaceId == type(IAllowlist).interfaceId || super.supportsInterface(interfaceId);
    }

    /// @dev The part of {initialize} that all share.
    function _initializeLists(address authority_, Grant[] calldata grants) internal onlyInitializing {
        __AccessManaged_init(authority_);
        _allow(grants, uint48(block.timestamp));
    }

    /// @dev Whether this contract has a list of that name.
    function _isList(bytes32 list) internal pure virtual returns (bool) {
        return list == SWITCH || list == IMPLEMENTATION;
    }

    /// @dev Whether the values of the list are addresses.
    function _holdsAddresses(bytes32 list) internal pure virtual returns (bool) {
        return list == IMPLEMENTATION;
    }

    /// @dev Lists one value from a given second on; all that is checked about an entry is checked here.
    function _allow(bytes32 list, bytes32 value, uint48 from, uint48 until) internal {
        if (!_isList(list)) revert AllowlistUnknownList(list);
        if (value == 0) revert AllowlistZeroValue(list);
        if (_holdsAddresses(list) && uint256(value) > type(uint160).max) revert AllowlistNotAnAddress(list, value);
        if (until != 0 && until <= from) revert AllowlistEndsBeforeItBegins(list, value, from, until);
        AllowlistStorage storage $ = _allowlistStorage();
        Entry memory changed = $.entries[list][value].renewed(block.timestamp, from, until);
        $.entries[list][value] = changed;
        // False means that it is listed already and this renews it.
        // slither-disable-next-line unused-return
        $.values[list].add(value);
        emit EntryAllowed(list, value, _msgSender(), changed);
        emit PolicyChanged(_msgSender(), list, value, true);
    }

    /// @dev When an entry that is added now begins to count.
    function _afterDelay() internal view returns (uint48) {
        return uint48(block.timestamp) + _additionDelay;
    }

    function _isAllowed(bytes32 list, bytes32 value) internal view returns (bool) {
        return _allowlistStorage().entries[list][value].isActive(block.timestamp);
    }

    /// @dev Reverts unless the value counts now.
    function _checkAllowed(bytes32 list, bytes32 value) internal view {
        if (!_isAllowed(list, value)) revert AllowlistNotAllowed(list, value);
    }

    function _isUpToDate(string calldata tcbStatus) internal pure returns (bool) {
        return keccak256(bytes(tcbStatus)) == UP_TO_DATE;
    }

    function _asValue(address account) internal pure returns (bytes32) {
        return bytes32(uint256(uint160(account)));
    }

    /// @dev An upgrade needs the authority's consent now and an entry that has waited, which the emergency remover could
    /// have removed meanwhile.
    function _authorizeUpgrade(address newImplementation) internal override restricted {
        if (_allowlistStorage().upgradesDisabled) revert AllowlistUpgradesAreDisabled();
        _checkAllowed(IMPLEMENTATION, _asValue(newImplementation));
    }

    function _allow(Grant[] calldata grants, uint48 from) private {
        for (uint256 i = 0; i < grants.length; ++i) {
            _allow(grants[i].list, grants[i].value, from, grants[i].until);
        }
    }

    function _remove(bytes32 list, bytes32 value) private {
        AllowlistStorage storage $ = _allowlistStorage();
        if (!$.values[list].remove(value)) return;
        delete $.entries[list][value];
        emit EntryRemoved(list, value, _msgSender());
        emit PolicyChanged(_msgSender(), list, value, false);
    }

    function _allowlistStorage() private pure returns (AllowlistStorage storage $) {
        // Solidity has no other way to name a slot.
        // slither-disable-next-line assembly
        assembly ("memory-safe") {
            $.slot := ALLOWLIST_STORAGE
        }
    }
}
// slither-disable-end timestamp
