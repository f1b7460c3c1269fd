package dev.keywarden.testkit;

import dev.keywarden.spi.BootInfo;
import dev.keywarden.spi.Bytes;
import java.util.List;

/**
 * Boot infos for tests.
 *
 * <p>Every field has a value of its own to begin with, so that one taken for another shows. Hashes and ids are hex of
 * either case without prefix, in the widths of {@link BootInfo}.
 */
public final class BootInfoBuilder {
    private String attestationMode = "dstack-tdx";
    private String mrAggregated = "a1".repeat(BootInfo.HASH_BYTES);
    private String mrSystem = "a2".repeat(BootInfo.HASH_BYTES);
    private String osImageHash = "a3".repeat(BootInfo.HASH_BYTES);
    private String appId = "a4".repeat(BootInfo.APP_ID_BYTES);
    private String composeHash = "a5".repeat(BootInfo.HASH_BYTES);
    private String instanceId = "a6".repeat(BootInfo.INSTANCE_ID_BYTES);
    private String deviceId = "a7".repeat(BootInfo.HASH_BYTES);
    private Bytes keyProviderInfo = Bytes.EMPTY;
    private String tcbStatus = "UpToDate";
    private List<String> advisoryIds = List.of();

    private BootInfoBuilder() {}

    /** A machine that names everything, has no key provider, and is up to date. */
    public static BootInfoBuilder machine() {
        return new BootInfoBuilder();
    }

    /** Sets the platform name. */
    public BootInfoBuilder attestationMode(String name) {
        attestationMode = name;
        return this;
    }

    /** Sets the measurement of everything, 32 bytes in hex. */
    public BootInfoBuilder mrAggregated(String hex) {
        mrAggregated = hex;
        return this;
    }

    /** Sets the measurement of the system, 32 bytes in hex. */
    public BootInfoBuilder mrSystem(String hex) {
        mrSystem = hex;
        return this;
    }

    /** Sets the hash of the image, 32 bytes in hex, or empty. */
    public BootInfoBuilder osImageHash(String hex) {
        osImageHash = hex;
        return this;
    }

    /** Sets the application id, 20 bytes in hex. */
    public BootInfoBuilder appId(String hex) {
        appId = hex;
        return this;
    }

    /** Sets the compose hash, 32 bytes in hex. */
    public BootInfoBuilder composeHash(String hex) {
        composeHash = hex;
        return this;
    }

    /** Sets the instance id, 20 bytes in hex, or empty. */
    public BootInfoBuilder instanceId(String hex) {
        instanceId = hex;
        return this;
    }

    /** Sets the device id, 32 bytes in hex. */
    public BootInfoBuilder deviceId(String hex) {
        deviceId = hex;
        return this;
    }

    /** Sets the payload of the key provider event. */
    public BootInfoBuilder keyProviderInfo(Bytes payload) {
        keyProviderInfo = payload;
        return this;
    }

    /** Sets the platform's status. */
    public BootInfoBuilder tcbStatus(String status) {
        tcbStatus = status;
        return this;
    }

    /** Sets the advisories that apply. */
    public BootInfoBuilder advisoryIds(List<String> ids) {
        advisoryIds = List.copyOf(ids);
        return this;
    }

    /**
     * The boot info so far.
     *
     * @throws IllegalArgumentException if a field is not hex or has another width
     */
    public BootInfo build() {
        return new BootInfo(
                attestationMode,
                Bytes.fromHex(mrAggregated),
                Bytes.fromHex(mrSystem),
                Bytes.fromHex(osImageHash),
                Bytes.fromHex(appId),
                Bytes.fromHex(composeHash),
                Bytes.fromHex(instanceId),
                Bytes.fromHex(deviceId),
                keyProviderInfo,
                tcbStatus,
                advisoryIds);
    }
}
