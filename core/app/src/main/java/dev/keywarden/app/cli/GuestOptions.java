package dev.keywarden.app.cli;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of every command that acts as a guest: which node it asks, and what its simulated machine claims to be. */
final class GuestOptions {
    @Option(names = "--url", paramLabel = "URL", description = "The node; default: the one that `dev` started.")
    private @Nullable String url;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            defaultValue = ".keywarden",
            description = "The folder of `dev`, for the URL and the software TEE's seed (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // has a default
    private Path dir;

    @Option(
            names = "--seed",
            paramLabel = "HEX",
            description = "Seed of the software TEE, 32 bytes; default: the folder's.")
    private @Nullable String seed;

    @Option(
            names = "--app-id",
            paramLabel = "HEX",
            defaultValue = DevWorkspace.DEFAULT_APP_ID,
            description = "20 bytes.")
    @SuppressWarnings("NullAway.Init") // has a default
    private String appId;

    @Option(names = "--compose-hash", paramLabel = "HEX", description = "32 bytes.")
    private @Nullable String composeHash;

    @Option(names = "--instance-id", paramLabel = "HEX", description = "20 bytes, or empty.")
    private @Nullable String instanceId;

    @Option(names = "--os-image-hash", paramLabel = "HEX", description = "32 bytes.")
    private @Nullable String osImageHash;

    /** The application, hex as given. */
    String appId() {
        return appId;
    }

    /** The node's URL. */
    String target() {
        return url == null ? new DevWorkspace(dir).url() : url;
    }

    /** Makes a key and loads the plugin that attests. */
    GuestIdentity load() {
        return GuestIdentity.load(machine(), new DevWorkspace(dir).pluginState(), InstantSource.system());
    }

    /** What the guest claims to be, as settings of the attestation plugin. */
    private Map<String, Object> machine() {
        Map<String, Object> machine = new LinkedHashMap<>();
        machine.put("app_id", appId);
        machine.put("compose_hash", composeHash == null ? DevWorkspace.DEFAULT_COMPOSE_HASH : composeHash);
        machine.put("instance_id", instanceId == null ? DevWorkspace.DEFAULT_INSTANCE_ID : instanceId);
        machine.put("os_image_hash", osImageHash == null ? DevWorkspace.OS_IMAGE_HASH : osImageHash);
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("machine", machine);
        if (seed != null) {
            settings.put("seed", seed);
        }
        return settings;
    }
}
