package dev.keywarden.plugin.allowlist;

import dev.keywarden.files.PackedTable;
import dev.keywarden.spi.AuthorityInfo;
import dev.keywarden.spi.Bytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one version of the file allows.
 *
 * @param authority what the file says about itself for GetMeta
 * @param tcbStatuses the allowed statuses
 * @param advisoryIds the allowed advisories
 * @param osImages keys of 32 bytes
 * @param kms who may be a KMS
 * @param apps who may be an app
 */
record Allowlist(
        AuthorityInfo authority,
        Set<String> tcbStatuses,
        Set<String> advisoryIds,
        PackedTable osImages,
        Kms kms,
        Apps apps) {

    Allowlist {
        tcbStatuses = Set.copyOf(tcbStatuses);
        advisoryIds = Set.copyOf(advisoryIds);
    }

    boolean allowsOsImage(Bytes osImageHash) {
        return osImages.contains(osImageHash.toArray());
    }

    /** How many of each there are, for decision records. */
    Map<String, String> counts() {
        return Map.of(
                "os_images", Integer.toString(osImages.size()),
                "kms_measurements", Integer.toString(kms.mrAggregated.size()),
                "kms_devices", Integer.toString(kms.devices.size()),
                "apps", Integer.toString(apps.ids.size()),
                "compose_hashes", Integer.toString(apps.composeHashes.size()),
                "app_devices", Integer.toString(apps.devices.size()));
    }

    /** What the tables take, in bytes. */
    long memoryBytes() {
        return osImages.memoryBytes()
                + kms.mrAggregated.memoryBytes()
                + kms.devices.memoryBytes()
                + apps.ids.memoryBytes()
                + apps.composeHashes.memoryBytes()
                + apps.devices.memoryBytes();
    }

    /**
     * The part {@code kms} of the file.
     *
     * @param mrAggregated keys of 32 bytes
     * @param devices keys of 32 bytes
     * @param allowAnyDevice whether the list of devices is of no account
     */
    record Kms(PackedTable mrAggregated, PackedTable devices, boolean allowAnyDevice) {
        boolean allowsMeasurement(Bytes value) {
            return mrAggregated.contains(value.toArray());
        }

        boolean allowsDevice(Bytes deviceId) {
            return allowAnyDevice || devices.contains(deviceId.toArray());
        }
    }

    /**
     * The part {@code apps} of the file. All apps share three tables, since a table for each of a million apps would cost
     * many times what is in it.
     *
     * @param ids keys of 20 bytes; the value is the app's number, doubled, plus one if it allows any device
     * @param composeHashes keys of 36 bytes: the app's number, little-endian, and the hash
     * @param devices the same with device ids
     */
    record Apps(PackedTable ids, PackedTable composeHashes, PackedTable devices) {
        static final int NUMBER_BYTES = Integer.BYTES;

        /** The app with this id, or null. */
        @Nullable App find(Bytes appId) {
            Integer value = ids.intValueOf(appId.toArray());
            return value == null ? null : new App(value >>> 1, (value & 1) != 0);
        }

        boolean allowsComposeHash(App app, Bytes composeHash) {
            return composeHashes.contains(app.key(composeHash));
        }

        boolean allowsDevice(App app, Bytes deviceId) {
            return app.allowAnyDevice() || devices.contains(app.key(deviceId));
        }
    }

    /** A registered app. */
    record App(int number, boolean allowAnyDevice) {
        private byte[] key(Bytes value) {
            return ByteBuffer.allocate(Apps.NUMBER_BYTES + value.length())
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(number)
                    .put(value.toArray())
                    .array();
        }
    }
}
