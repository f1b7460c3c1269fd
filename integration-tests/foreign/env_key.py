"""Checks an environment key with the PyPI package, and encrypts a variable to it. Reads and writes JSON."""

import json
import sys
import warnings

from dstack_sdk.encrypt_env_vars import EnvVar, encrypt_env_vars_sync
from dstack_sdk.verify_env_encrypt_public_key import (
    verify_env_encrypt_public_key,
    verify_env_encrypt_public_key_legacy,
)

warnings.simplefilter("ignore", DeprecationWarning)
key = json.load(sys.stdin)
public_key = bytes.fromhex(key["public_key"])

print(
    json.dumps(
        {
            "signer": verify_env_encrypt_public_key(
                public_key, bytes.fromhex(key["signature_v1"]), key["app_id"], key["timestamp"]
            ),
            "legacySigner": verify_env_encrypt_public_key_legacy(
                public_key, bytes.fromhex(key["signature"]), key["app_id"]
            ),
            "encrypted": encrypt_env_vars_sync([EnvVar("TOKEN", key["secret"])], key["public_key"]),
        }
    )
)
