package dev.keywarden.host.planted;

import java.security.SecureRandom;

/** Breaks the rule that randomness is handed in. */
final class HostMakesRandomness {
    private HostMakesRandomness() {}

    static SecureRandom random() {
        return new SecureRandom();
    }
}
