// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

/// @notice The smallest multisig: a call is made when a second of three people asks for the same.
contract TwoOfThree {
    error TwoOfThreeNotOneOfThem(address sender);

    address[3] private _people;
    mapping(bytes32 call => address) private _first;

    constructor(address[3] memory people) {
        _people = people;
    }

    /// @return done whether this was the second request, and the call was made
    function ask(address target, bytes calldata data) external returns (bool done) {
        if (msg.sender != _people[0] && msg.sender != _people[1] && msg.sender != _people[2]) {
            revert TwoOfThreeNotOneOfThem(msg.sender);
        }
        bytes32 call = keccak256(abi.encode(target, data));
        address first = _first[call];
        if (first == address(0) || first == msg.sender) {
            _first[call] = msg.sender;
            return false;
        }
        delete _first[call];
        (bool succeeded, bytes memory answer) = target.call(data);
        if (!succeeded) {
            assembly ("memory-safe") {
                revert(add(answer, 0x20), mload(answer))
            }
        }
        return true;
    }
}
