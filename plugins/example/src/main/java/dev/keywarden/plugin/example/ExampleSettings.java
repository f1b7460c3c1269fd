package dev.keywarden.plugin.example;

import dev.keywarden.spi.BootInfo;
import dev.keywarden.spi.Bytes;
import java.util.List;

/**
 * The table {@code [core.authorization.example]}. The host binds it, and refuses a key that is not here.
 *
 * @param apps ids of the apps that may have keys, 40 hex digits each
 */
record ExampleSettings(List<Bytes> apps) {
    /** What is thrown here reaches the operator as a sentence of the start that failed. */
    ExampleSettings {
        apps = List.copyOf(apps);
        for (Bytes app : apps) {
            if (app.length() != BootInfo.APP_ID_BYTES) {
                throw new IllegalArgumentException(
                        "apps has \"" + app + "\"; an app id has " + 2 * BootInfo.APP_ID_BYTES + " hex digits");
            }
        }
    }
}
