// Checks an environment key with the npm package, and encrypts a variable to it. Reads and writes JSON.
import { readFileSync } from "node:fs";
import { encryptEnvVars } from "@phala/dstack-sdk/encrypt-env-vars";
import {
  verifyEnvEncryptPublicKey,
  verifyEnvEncryptPublicKeyLegacy,
} from "@phala/dstack-sdk/verify-env-encrypt-public-key";

const key = JSON.parse(readFileSync(0, "utf8"));
const bytes = (hex) => new Uint8Array(Buffer.from(hex, "hex"));
const publicKey = bytes(key.public_key);

console.log(
  JSON.stringify({
    signer: verifyEnvEncryptPublicKey(publicKey, bytes(key.signature_v1), key.app_id, key.timestamp),
    legacySigner: verifyEnvEncryptPublicKeyLegacy(publicKey, bytes(key.signature), key.app_id),
    encrypted: await encryptEnvVars([{ key: "TOKEN", value: key.secret }], key.public_key),
  }),
);
