// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {IAllowlist} from "./IAllowlist.sol";
import {IBootPolicy} from "./IBootPolicy.sol";

/// @title What an app's own contract allows
/// @notice The functions that read are those of the reference's contract. What changes the lists is in {IAllowlist}.
///
/// | list | value | what it allows |
/// | --- | --- | --- |
/// | `compose-hash` | SHA-256 of a compose file | the app to run it |
/// | `device` | device id | the app on that machine |
/// | `switch` | keccak-256 of `allow-any-device` | the app on any machine |
/// | `switch` | keccak-256 of `tolerate-tcb-status` | the app on a platform whose TCB status is not `UpToDate` |
/// | `implementation` | address | this contract to become that code |
interface IAppAllowlist is IAllowlist, IBootPolicy {
    /// @notice Whether a compose hash counts.
    function allowedComposeHashes(bytes32 composeHash) external view returns (bool);

    /// @notice Whether a device counts by itself. Does not look at the switch for any device.
    function allowedDeviceIds(bytes32 deviceId) external view returns (bool);

    /// @notice Whether any device will do.
    function allowAnyDevice() external view returns (bool);

    /// @notice Whether the platform's TCB status must be `UpToDate`.
    function requireTcbUpToDate() external view returns (bool);
}
