// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {AllowlistRegistry} from "../../src/AllowlistRegistry.sol";

/// @notice A next registry, as an upgrade would bring it: the same lists, other code, another delay.
/// @custom:oz-upgrades-unsafe-allow missing-initializer
/// @custom:oz-upgrades-from src/AllowlistRegistry.sol:AllowlistRegistry
contract Upgraded is AllowlistRegistry {
    event Migrated();

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor(uint32 delay) AllowlistRegistry(delay) {}

    function migrate() external reinitializer(2) {
        emit Migrated();
    }

    function generation() external pure returns (uint256) {
        return 2;
    }
}

/// @notice Code that says it keeps its implementation elsewhere.
contract WithAnotherSlot {
    function proxiableUUID() external pure returns (bytes32) {
        return bytes32(uint256(1));
    }
}
