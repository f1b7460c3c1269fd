package dev.keywarden.it.faulty;

import dev.keywarden.spi.KeywardenPlugin;

/** Fails as soon as it is made. */
public final class ThrowingPlugin implements KeywardenPlugin {
    /** Never succeeds. */
    public ThrowingPlugin() {
        throw new IllegalStateException("no licence was found");
    }
}
