// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";

import {AllowlistRegistry} from "../../src/AllowlistRegistry.sol";
import {AppAllowlist} from "../../src/AppAllowlist.sol";
import {Entry} from "../../src/Entries.sol";
import {IAllowlist} from "../../src/interfaces/IAllowlist.sol";
import {Vm, vm} from "../support/Vm.sol";

/// @notice Everybody who can do anything to a fleet, doing it in any order, and a second book of what they did.
/// @dev The book is kept from the calls made and from the logs, never from what the contracts answer.
contract Handler {
    uint256 internal constant VALUES = 3;
    uint256 internal constant LISTS = 5;

    AccessManager private immutable _manager;
    AllowlistRegistry private immutable _registry;
    AppAllowlist private immutable _app;
    address private immutable _governor;
    address private immutable _remover;
    address private immutable _stranger;
    uint32 private immutable _delay;

    /// What is known about one value of one list of one contract.
    struct Page {
        uint256 listedSince;
        uint256 listed;
        uint256 removedAt;
        Entry told;
    }

    mapping(address target => mapping(bytes32 list => mapping(bytes32 value => Page))) private _book;

    bool public emergencyRoleAdded;
    bool public strangerSucceeded;
    bool public removedStillAllowed;
    bool public countedTooEarly;
    bool public unlistedUpgradeSucceeded;
    bool public renewalInterrupted;
    uint256 public additions;
    uint256 public removals;

    constructor(
        AccessManager manager,
        AllowlistRegistry registry,
        AppAllowlist app,
        address[3] memory people,
        uint32 delay
    ) {
        _manager = manager;
        _registry = registry;
        _app = app;
        (_governor, _remover, _stranger) = (people[0], people[1], people[2]);
        _delay = delay;
    }

    /// The governors list something, in one call or as one of two.
    function allow(uint256 seed, uint48 lasting, bool withEnd) external {
        (IAllowlist target, bytes32 list, bytes32 value) = pick(seed);
        bool before = target.isActive(list, value);
        uint48 until = withEnd ? uint48(block.timestamp) + _delay + 1 + lasting % 30 days : 0;
        IAllowlist.Grant[] memory grants = new IAllowlist.Grant[](1);
        grants[0] = IAllowlist.Grant(list, value, until);
        vm.recordLogs();
        vm.prank(_governor);
        target.allow(grants);
        _read(vm.getRecordedLogs());
        Page storage known = _book[address(target)][list][value];
        ++known.listed;
        ++additions;
        if (known.listedSince == 0) known.listedSince = block.timestamp;
        if (before != target.isActive(list, value)) {
            if (before) renewalInterrupted = true;
            else if (_delay != 0) countedTooEarly = true;
        }
    }

    /// The emergency remover, or a governor, removes something.
    function remove(uint256 seed, bool emergency) external {
        (IAllowlist target, bytes32 list, bytes32 value) = pick(seed);
        IAllowlist.Removal[] memory all = new IAllowlist.Removal[](1);
        all[0] = IAllowlist.Removal(list, value);
        vm.recordLogs();
        vm.prank(emergency ? _remover : _governor);
        target.remove(all);
        _read(vm.getRecordedLogs());
        Page storage known = _book[address(target)][list][value];
        known.removedAt = block.timestamp;
        known.listedSince = 0;
        ++removals;
        if (target.isActive(list, value)) removedStillAllowed = true;
    }

    /// The emergency remover tries everything that widens.
    function emergencyRoleTriesToAdd(uint256 seed, uint256 how) external {
        (bool done,) = _try(_remover, seed, how % 6);
        if (done) emergencyRoleAdded = true;
    }

    /// A stranger tries everything.
    function strangerTries(uint256 seed, uint256 how) external {
        (bool done,) = _try(_stranger, seed, how % 7);
        if (done) strangerSucceeded = true;
    }

    /// The governors try to become code that nobody listed.
    function governorUpgradesToUnlistedCode(uint160 code) external {
        bytes32 value = bytes32(uint256(code));
        if (_book[address(_registry)][keccak256("implementation")][value].listed != 0) return;
        vm.prank(_governor);
        try _registry.upgradeToAndCall(address(code), "") {
            unlistedUpgradeSucceeded = true;
        } catch {}
    }

    /// Time passes, up to twice the delay.
    function wait(uint32 seconds_) external {
        vm.warp(block.timestamp + seconds_ % (2 * _delay));
    }

    function page(IAllowlist target, bytes32 list, bytes32 value) external view returns (Page memory) {
        return _book[address(target)][list][value];
    }

    /// A contract, one of its lists, and a value.
    function pick(uint256 seed) public view returns (IAllowlist target, bytes32 list, bytes32 value) {
        bool ofApp = seed & 1 == 1;
        target = ofApp ? IAllowlist(_app) : IAllowlist(_registry);
        bytes32[LISTS] memory ofRegistry = [
            keccak256("os-image"),
            keccak256("kms-aggregated-mr"),
            keccak256("kms-device"),
            keccak256("registered-app"),
            keccak256("switch")
        ];
        bytes32[3] memory ofApps = [keccak256("compose-hash"), keccak256("device"), keccak256("switch")];
        list = ofApp ? ofApps[(seed >> 8) % ofApps.length] : ofRegistry[(seed >> 8) % LISTS];
        value = bytes32(1 + (seed >> 16) % VALUES);
    }

    function _try(address who, uint256 seed, uint256 how) private returns (bool, bytes memory) {
        (IAllowlist target, bytes32 list, bytes32 value) = pick(seed);
        IAllowlist.Grant[] memory grants = new IAllowlist.Grant[](1);
        grants[0] = IAllowlist.Grant(list, value, 0);
        IAllowlist.Removal[] memory none = new IAllowlist.Removal[](0);
        bytes[7] memory calls = [
            abi.encodeCall(IAllowlist.allow, (grants)),
            abi.encodeCall(_registry.setGatewayAppId, ("any")),
            abi.encodeCall(_registry.setAppImplementation, (address(_app))),
            abi.encodeCall(_registry.createApp, (who, grants)),
            abi.encodeCall(_registry.upgradeToAndCall, (address(_app), "")),
            abi.encodeCall(_registry.setAuthority, (who)),
            abi.encodeCall(IAllowlist.remove, (none))
        ];
        vm.prank(who);
        return address(how == 0 || how == 6 ? target : IAllowlist(_registry)).call(calls[how]);
    }

    function _read(Vm.Log[] memory logs) private {
        for (uint256 i = 0; i < logs.length; ++i) {
            bytes32 kind = logs[i].topics[0];
            if (kind == IAllowlist.EntryAllowed.selector) {
                _book[logs[i].emitter][logs[i].topics[1]][logs[i].topics[2]].told = abi.decode(logs[i].data, (Entry));
            } else if (kind == IAllowlist.EntryRemoved.selector) {
                delete _book[logs[i].emitter][logs[i].topics[1]][logs[i].topics[2]].told;
            }
        }
    }
}
