// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {Allowlist} from "../../src/Allowlist.sol";
import {AllowlistRegistry} from "../../src/AllowlistRegistry.sol";

/// @notice Shows the compiler's storage layout of the structs that live at ERC-7201 locations, which it shows of state
/// variables only. The snapshot in `snapshots/` is of this contract.
contract Layout {
    Allowlist.AllowlistStorage private _allowlist;
    AllowlistRegistry.RegistryStorage private _registry;
}
