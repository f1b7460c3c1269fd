package dev.keywarden.softtee;

import dev.keywarden.attestation.RuntimeEvent;
import dev.keywarden.spi.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * What a simulated machine says it is; the software TEE signs it unread.
 *
 * @param mrtd measurement of the initial contents, 48 bytes
 * @param rtmr0 register 0, 48 bytes
 * @param rtmr1 register 1, 48 bytes
 * @param rtmr2 register 2, 48 bytes
 * @param mrConfigId 48 bytes
 * @param mrOwner 48 bytes
 * @param mrOwnerConfig 48 bytes
 * @param platform label of the platform it runs on: decides PCK key, attestation key and platform id
 * @param events what was measured into RTMR3, in order
 * @param vmConfig the VM configuration as JSON text, possibly empty
 */
public record SimulatedMachine(
        Bytes mrtd,
        Bytes rtmr0,
        Bytes rtmr1,
        Bytes rtmr2,
        Bytes mrConfigId,
        Bytes mrOwner,
        Bytes mrOwnerConfig,
        String platform,
        List<RuntimeEvent> events,
        String vmConfig) {

    /** Length of measurements and registers in bytes. */
    public static final int REGISTER_BYTES = 48;

    public SimulatedMachine {
        for (Bytes register : List.of(mrtd, rtmr0, rtmr1, rtmr2, mrConfigId, mrOwner, mrOwnerConfig)) {
            if (register.length() != REGISTER_BYTES) {
                throw new IllegalArgumentException(
                        "measurements and registers have 48 bytes, not " + register.length());
            }
        }
        Objects.requireNonNull(platform, "platform");
        events = List.copyOf(events);
        Objects.requireNonNull(vmConfig, "vmConfig");
    }

    /** A builder of a machine that booted an application, with values that are recognised as made up. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Builds a machine. Defaults are one repeated byte: {@code a0} for MRTD, {@code a1} to {@code a3} for RTMR 0 to 2, zero for
     * what the owner sets, {@code 11} for the application id, {@code 44} for the compose hash, {@code 22} for the instance id,
     * {@code 55} for the OS image hash. The events are those of a guest's boot in their order (wire protocol, section 6.4);
     * that of the key provider is there only if its payload is set.
     */
    public static final class Builder {
        private Bytes mrtd = repeated(0xa0, REGISTER_BYTES);
        private Bytes rtmr0 = repeated(0xa1, REGISTER_BYTES);
        private Bytes rtmr1 = repeated(0xa2, REGISTER_BYTES);
        private Bytes rtmr2 = repeated(0xa3, REGISTER_BYTES);
        private Bytes mrConfigId = repeated(0, REGISTER_BYTES);
        private Bytes mrOwner = repeated(0, REGISTER_BYTES);
        private Bytes mrOwnerConfig = repeated(0, REGISTER_BYTES);
        private String platform = "";
        private Bytes appId = repeated(0x11, 20);
        private Bytes composeHash = repeated(0x44, 32);
        private Bytes instanceId = repeated(0x22, 20);
        private String keyProvider = "";
        private int eventVersion = 1;
        private String vmConfig = "{\"os_image_hash\":\"" + "55".repeat(32) + "\"}";
        private final List<RuntimeEvent> laterEvents = new ArrayList<>();

        private Builder() {}

        /** Sets MRTD, 48 bytes. */
        public Builder mrtd(Bytes value) {
            mrtd = value;
            return this;
        }

        /** Sets RTMR0, 48 bytes. */
        public Builder rtmr0(Bytes value) {
            rtmr0 = value;
            return this;
        }

        /** Sets RTMR1, 48 bytes. */
        public Builder rtmr1(Bytes value) {
            rtmr1 = value;
            return this;
        }

        /** Sets RTMR2, 48 bytes. */
        public Builder rtmr2(Bytes value) {
            rtmr2 = value;
            return this;
        }

        /** Sets what the owner sets, 48 bytes each. */
        public Builder owner(Bytes configId, Bytes owner, Bytes ownerConfig) {
            mrConfigId = configId;
            mrOwner = owner;
            mrOwnerConfig = ownerConfig;
            return this;
        }

        /** Sets the label of the platform. */
        public Builder platform(String label) {
            platform = label;
            return this;
        }

        /** Sets the payload of the {@code app-id} event. */
        public Builder appId(Bytes value) {
            appId = value;
            return this;
        }

        /** Sets the payload of the {@code compose-hash} event. */
        public Builder composeHash(Bytes value) {
            composeHash = value;
            return this;
        }

        /** Sets the payload of the {@code instance-id} event. */
        public Builder instanceId(Bytes value) {
            instanceId = value;
            return this;
        }

        /** Sets the payload of the {@code key-provider} event, JSON text; empty for no such event. */
        public Builder keyProvider(String json) {
            keyProvider = json;
            return this;
        }

        /** Adds an event after {@code system-ready}. */
        public Builder laterEvent(String name, Bytes payload) {
            laterEvents.add(new RuntimeEvent(name, payload, eventVersion));
            return this;
        }

        /** Sets how the digests of events are computed: 1 or 2. */
        public Builder eventVersion(int version) {
            eventVersion = version;
            return this;
        }

        /** Makes the VM configuration one that names the OS image and nothing else. */
        public Builder osImageHash(Bytes value) {
            return vmConfig("{\"os_image_hash\":\"" + value.toHex() + "\"}");
        }

        /** Sets the whole VM configuration, JSON text. */
        public Builder vmConfig(String json) {
            vmConfig = json;
            return this;
        }

        /** Builds the machine. */
        public SimulatedMachine build() {
            return new SimulatedMachine(
                    mrtd, rtmr0, rtmr1, rtmr2, mrConfigId, mrOwner, mrOwnerConfig, platform, events(), vmConfig);
        }

        private List<RuntimeEvent> events() {
            List<RuntimeEvent> events = new ArrayList<>();
            events.add(event("system-preparing", Bytes.EMPTY));
            events.add(event("app-id", appId));
            events.add(event("compose-hash", composeHash));
            events.add(event("instance-id", instanceId));
            events.add(event("boot-mr-done", Bytes.EMPTY));
            if (!keyProvider.isEmpty()) {
                events.add(event("key-provider", Bytes.of(keyProvider.getBytes(StandardCharsets.UTF_8))));
            }
            events.add(event("system-ready", Bytes.EMPTY));
            events.addAll(laterEvents);
            return events;
        }

        private RuntimeEvent event(String name, Bytes payload) {
            return new RuntimeEvent(name, payload, eventVersion);
        }

        private static Bytes repeated(int value, int length) {
            byte[] bytes = new byte[length];
            Arrays.fill(bytes, (byte) value);
            return Bytes.of(bytes);
        }
    }
}
