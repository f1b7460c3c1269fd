package dev.keywarden.app.planted;

import dev.keywarden.keys.KeyMaterial;

/** Breaks a rule on purpose: reads key bytes where it may not. */
final class AppReadsKeyBytes {
    byte[] leak(KeyMaterial material) {
        return material.expose(bytes -> bytes);
    }
}
