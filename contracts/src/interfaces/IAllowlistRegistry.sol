// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {IAllowlist} from "./IAllowlist.sol";
import {IBootPolicy} from "./IBootPolicy.sol";

/// @title What a node asks about itself, its peers and its apps
/// @notice The functions that read are those of the reference's contract, so that its services can read this one too. What
/// changes the lists is in {IAllowlist}.
///
/// | list | value | what it allows |
/// | --- | --- | --- |
/// | `os-image` | hash of a guest image | KMS nodes and apps to run on it |
/// | `kms-aggregated-mr` | aggregated measurement | a KMS that measured so |
/// | `kms-device` | device id | a KMS on that machine |
/// | `registered-app` | address of an app's contract | its app, as far as that contract allows it |
/// | `gateway-app-id` | keccak-256 of a text | that text as the gateway's app id |
/// | `app-implementation` | address | new apps to run on that code |
/// | `switch` | keccak-256 of `kms-allow-any-device` | a KMS on any machine |
/// | `implementation` | address | this contract to become that code |
interface IAllowlistRegistry is IAllowlist, IBootPolicy {
    /// @notice The gateway's app id was chosen from those allowed.
    event GatewayAppIdSet(string gatewayAppId);

    // Not indexed, because the reference's readers expect it in the data.
    // slither-disable-start unindexed-event-address
    /// @notice The code of new apps was chosen from those allowed.
    event AppImplementationSet(address implementation);
    // slither-disable-end unindexed-event-address

    /// @notice An app's contract was made here, and listed.
    event AppDeployedViaFactory(address indexed appId, address indexed deployer);

    /// @notice Chooses the gateway's app id.
    /// @dev Requirements: the authority lets the caller call this function; the keccak-256 of the text counts in the list
    /// `gateway-app-id`. Emits {GatewayAppIdSet}.
    function setGatewayAppId(string calldata appId) external;

    /// @notice Chooses the code of apps made from now on.
    /// @dev Requirements: the authority lets the caller call this function; the address counts in the list
    /// `app-implementation`. Emits {AppImplementationSet}.
    /// Does not change apps that exist.
    function setAppImplementation(address implementation) external;

    /// @notice Makes an app's contract and lists it as a registered app, which counts after {additionDelay} like any other
    /// entry.
    /// @dev Requirements: the authority lets the caller call this function; the app implementation counts.
    /// Emits {EntryAllowed}, {PolicyChanged} and {AppDeployedViaFactory}, after what the new contract emits.
    /// Does not give the registry any right over the app.
    /// @param appAuthority the AccessManager that says who may change the app
    /// @param grants what the app allows from the beginning
    /// @return appId the app's address, which is its id
    function createApp(address appAuthority, Grant[] calldata grants) external returns (address appId);

    /// @notice Whether a KMS may have root keys and release others, and if not, why. Looked at are the TCB status, the image,
    /// the aggregated measurement and the device, in this order.
    function isKmsAllowed(AppBootInfo calldata bootInfo) external view returns (bool isAllowed, string memory reason);

    /// @notice The gateway's app id; empty if none was chosen or the one chosen is not allowed any longer.
    function gatewayAppId() external view returns (string memory);

    /// @notice The code of new apps; zero if none was chosen or the one chosen is not allowed any longer.
    function appImplementation() external view returns (address);

    /// @notice Whether an image counts.
    function allowedOsImages(bytes32 osImageHash) external view returns (bool);

    /// @notice Whether an aggregated measurement counts.
    function kmsAllowedAggregatedMrs(bytes32 mrAggregated) external view returns (bool);

    /// @notice Whether a device counts by itself. Does not look at the switch for any device.
    function kmsAllowedDeviceIds(bytes32 deviceId) external view returns (bool);

    /// @notice Whether an app counts.
    function registeredApps(address appId) external view returns (bool);
}
