// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {ReferenceApp} from "./ReferenceApp.sol";
import {ReferenceKms} from "./ReferenceKms.sol";

/// @notice What the second recorded KMS was upgraded to: the same, with one more initializer.
contract ReferenceKmsV2 is ReferenceKms {
    function initializeV2() external reinitializer(2) {}
}

/// @notice What the first recorded app was upgraded to: other code with the same answers.
contract ReferenceAppV2 is ReferenceApp {
    function generation() external pure returns (uint256) {
        return 2;
    }
}
