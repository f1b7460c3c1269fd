// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

/// @title The question that a node asks about an app
/// @notice The one function by which the reference implementation's contracts and this project's recognise each other.
/// Its selector, `0x1e079198`, is also its ERC-165 identifier.
interface IBootPolicy {
    /// @notice Who booted what where. The order of the fields is part of the selector.
    /// @param appId 20 bytes, the app's contract
    /// @param composeHash SHA-256 of the app's compose file
    /// @param instanceId 20 bytes, one running copy of the app
    /// @param deviceId the machine
    /// @param mrAggregated the measurement of everything that booted
    /// @param mrSystem the measurement of the system alone
    /// @param osImageHash the guest image
    /// @param tcbStatus the platform's status in Intel's words; `UpToDate` is the good one
    /// @param advisoryIds Intel's advisories that the platform is subject to
    struct AppBootInfo {
        address appId;
        bytes32 composeHash;
        address instanceId;
        bytes32 deviceId;
        bytes32 mrAggregated;
        bytes32 mrSystem;
        bytes32 osImageHash;
        string tcbStatus;
        string[] advisoryIds;
    }

    /// @notice Whether the app of `bootInfo` may have its keys, and if not, why.
    /// @param bootInfo who booted what where
    /// @return isAllowed whether it may
    /// @return reason empty when allowed, else a sentence
    function isAppAllowed(AppBootInfo calldata bootInfo) external view returns (bool isAllowed, string memory reason);
}
