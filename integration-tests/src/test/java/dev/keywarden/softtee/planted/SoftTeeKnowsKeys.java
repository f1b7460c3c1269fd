package dev.keywarden.softtee.planted;

import dev.keywarden.keys.KeyMaterial;

/** Breaks a rule on purpose: the software TEE knows keys. */
final class SoftTeeKnowsKeys {
    Class<?> known = KeyMaterial.class;
}
