package dev.keywarden.rpc.planted;

import dev.keywarden.keys.KeyMaterial;

/** Breaks a rule on purpose: rpc knows keys. */
final class RpcKnowsKeys {
    Class<?> known = KeyMaterial.class;
}
