// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

/// @title The cheat codes of forge that the tests and scripts use
/// @dev Declared here because the package of them on npm is not made by forge's authors.
interface Vm {
    struct Log {
        bytes32[] topics;
        bytes data;
        address emitter;
    }

    function addr(uint256 privateKey) external pure returns (address);
    function prank(address sender) external;
    function startPrank(address sender) external;
    function stopPrank() external;
    function warp(uint256 time) external;
    function load(address target, bytes32 slot) external view returns (bytes32);
    function assume(bool condition) external pure;
    function recordLogs() external;
    function getRecordedLogs() external returns (Log[] memory);
    function expectEmit(address emitter) external;
    function expectRevert(bytes calldata data) external;
    function expectRevert(bytes4 selector) external;

    function assertTrue(bool condition) external pure;
    function assertTrue(bool condition, string calldata what) external pure;
    function assertFalse(bool condition) external pure;
    function assertFalse(bool condition, string calldata what) external pure;
    function assertEq(uint256 seen, uint256 wanted) external pure;
    function assertEq(uint256 seen, uint256 wanted, string calldata what) external pure;
    function assertEq(bytes32 seen, bytes32 wanted) external pure;
    function assertEq(address seen, address wanted) external pure;
    function assertEq(string calldata seen, string calldata wanted) external pure;
    function assertEq(bytes calldata seen, bytes calldata wanted) external pure;

    function startBroadcast() external;
    function stopBroadcast() external;
    function envAddress(string calldata name) external view returns (address);
    function envUint(string calldata name) external view returns (uint256);
    function envOr(string calldata name, string calldata delimiter, bytes32[] calldata otherwise)
        external
        view
        returns (bytes32[] memory);
}

/// @dev Where forge keeps them: the last 20 bytes of the hash of a sentence.
Vm constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
