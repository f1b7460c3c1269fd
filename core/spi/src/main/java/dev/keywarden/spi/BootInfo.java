package dev.keywarden.spi;

import dev.keywarden.spi.Attestation.Binding;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The one record of who booted what where, built from a verified attestation by one shared builder for every gate.
 *
 * <p>Widths are checked here, on construction, and nothing is ever padded (wire protocol, sections 4.1 and 14, defects 20
 * and 21): a shortened hash must never meet a policy that might complete it.
 *
 * @param attestationMode platform name, for example {@code dstack-tdx}
 * @param mrAggregated 32 bytes: all measurements including the application's
 * @param mrSystem 32 bytes: the measurements of the system without the application
 * @param osImageHash 32 bytes, or empty if the machine named none; claimed by the machine unless the image was verified
 * @param appId 20 bytes
 * @param composeHash 32 bytes
 * @param instanceId 20 bytes, or empty
 * @param deviceId 32 bytes: SHA-256 of the platform id
 * @param keyProviderInfo raw payload of the key provider event (JSON text), possibly empty
 * @param tcbStatus as in {@link Attestation}
 * @param advisoryIds as in {@link Attestation}
 */
public record BootInfo(
        String attestationMode,
        Bytes mrAggregated,
        Bytes mrSystem,
        Bytes osImageHash,
        Bytes appId,
        Bytes composeHash,
        Bytes instanceId,
        Bytes deviceId,
        Bytes keyProviderInfo,
        String tcbStatus,
        List<String> advisoryIds) {

    /** Length of an application id in bytes. */
    public static final int APP_ID_BYTES = 20;

    /** Length of an instance id in bytes, where there is one. */
    public static final int INSTANCE_ID_BYTES = 20;

    /** Length of a measurement, an image hash, a compose hash and a device id in bytes. */
    public static final int HASH_BYTES = 32;

    /** The verifier whose hardware is software, so that nothing it says is bound by hardware, whatever the format. */
    private static final String SOFTWARE_VERIFIER = "mock";

    private static final Map<String, Binding> BY_HARDWARE = bindings(Binding.HARDWARE);
    private static final Map<String, Binding> BY_SOFTWARE = bindings(Binding.SELF_ASSERTED);

    /** @throws IllegalArgumentException if a field has another width, naming it as the protocol does */
    public BootInfo {
        Objects.requireNonNull(attestationMode, "attestationMode");
        requireWidth("mr_aggregated", mrAggregated, HASH_BYTES, false);
        requireWidth("mr_system", mrSystem, HASH_BYTES, false);
        requireWidth("os_image_hash", osImageHash, HASH_BYTES, true);
        requireWidth("app_id", appId, APP_ID_BYTES, false);
        requireWidth("compose_hash", composeHash, HASH_BYTES, false);
        requireWidth("instance_id", instanceId, INSTANCE_ID_BYTES, true);
        requireWidth("device_id", deviceId, HASH_BYTES, false);
        Objects.requireNonNull(keyProviderInfo, "keyProviderInfo");
        Objects.requireNonNull(tcbStatus, "tcbStatus");
        advisoryIds = List.copyOf(advisoryIds);
    }

    private static void requireWidth(String field, Bytes value, int width, boolean mayBeEmpty) {
        int length = value.length();
        if (length != width && !(mayBeEmpty && length == 0)) {
            throw new IllegalArgumentException(
                    field + " must be " + width + " bytes" + (mayBeEmpty ? " or empty" : ""));
        }
    }

    /**
     * What stands behind each field (wire protocol, section 4.1), by its name in {@code snake_case}, in the order of the
     * fields.
     *
     * @param verifier name of the attestation backend that verified the evidence
     */
    public static Map<String, Binding> bindings(String verifier) {
        return verifier.equals(SOFTWARE_VERIFIER) ? BY_SOFTWARE : BY_HARDWARE;
    }

    private static Map<String, Binding> bindings(Binding platform) {
        Map<String, Binding> bindings = new LinkedHashMap<>();
        bindings.put("attestation_mode", platform);
        bindings.put("mr_aggregated", platform);
        bindings.put("mr_system", platform);
        bindings.put("os_image_hash", Binding.SELF_ASSERTED);
        bindings.put("app_id", Binding.MEASURED);
        bindings.put("compose_hash", Binding.MEASURED);
        bindings.put("instance_id", Binding.MEASURED);
        bindings.put("device_id", platform);
        bindings.put("key_provider_info", Binding.MEASURED);
        bindings.put("tcb_status", platform);
        bindings.put("advisory_ids", platform);
        return Collections.unmodifiableMap(bindings);
    }
}
