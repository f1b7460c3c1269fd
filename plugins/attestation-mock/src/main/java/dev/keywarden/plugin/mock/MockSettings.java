package dev.keywarden.plugin.mock;

import dev.keywarden.softtee.SimulatedMachine;
import dev.keywarden.spi.Bytes;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * {@code [core.attestation.mock]}.
 *
 * @param seed 32 bytes of which the software root is made; absent: kept in the plugin's own directory
 * @param roots PEM files of further software roots whose evidence is accepted; none by default
 * @param machine what this machine claims to be
 */
record MockSettings(
        @Nullable Bytes seed,
        @Nullable List<Path> roots,
        @Nullable Machine machine) {
    private static final int SEED_BYTES = 32;

    MockSettings {
        if (seed != null && seed.length() != SEED_BYTES) {
            throw new IllegalArgumentException("seed must be 64 hex digits, not " + 2 * seed.length());
        }
        roots = roots == null ? null : List.copyOf(roots);
    }

    /** The machine, with what is absent filled in. */
    Machine claimedMachine() {
        return machine == null ? Machine.DEFAULT : machine;
    }

    /** The further roots, possibly none. */
    List<Path> furtherRoots() {
        return roots == null ? List.of() : roots;
    }

    /** Leaves the seed out. */
    @Override
    public String toString() {
        return "MockSettings[seed=" + (seed == null ? "none" : "given") + ", roots=" + roots + ", machine=" + machine
                + "]";
    }

    /**
     * {@code [core.attestation.mock.machine]}. What is absent has the default named here, made of one repeated byte so that
     * it is recognised as made up.
     *
     * @param mrtd 48 bytes, {@code a0}
     * @param rtmr0 48 bytes, {@code a1}
     * @param rtmr1 48 bytes, {@code a2}
     * @param rtmr2 48 bytes, {@code a3}
     * @param appId 20 bytes, {@code 11}
     * @param composeHash 32 bytes, {@code 44}
     * @param instanceId 20 bytes, {@code 22}, or empty
     * @param osImageHash 32 bytes, {@code 55}; goes into the VM configuration
     * @param keyProvider payload of the key provider event, JSON text; absent: there is no such event
     * @param vmConfig the whole VM configuration, JSON text, in place of one with {@code os_image_hash} alone
     * @param platform label of the simulated platform, which decides platform id and keys; empty by default
     */
    record Machine(
            @Nullable Bytes mrtd,
            @Nullable Bytes rtmr0,
            @Nullable Bytes rtmr1,
            @Nullable Bytes rtmr2,
            @Nullable Bytes appId,
            @Nullable Bytes composeHash,
            @Nullable Bytes instanceId,
            @Nullable Bytes osImageHash,
            @Nullable String keyProvider,
            @Nullable String vmConfig,
            @Nullable String platform) {

        static final Machine DEFAULT = new Machine(null, null, null, null, null, null, null, null, null, null, null);

        Machine {
            if (vmConfig != null && osImageHash != null) {
                throw new IllegalArgumentException(
                        "os_image_hash and vm_config are both set; put the hash into vm_config or leave vm_config out");
            }
            requireWidth("mrtd", mrtd, 48);
            requireWidth("rtmr0", rtmr0, 48);
            requireWidth("rtmr1", rtmr1, 48);
            requireWidth("rtmr2", rtmr2, 48);
            requireWidth("app_id", appId, 20);
            requireWidth("compose_hash", composeHash, 32);
            requireWidth("os_image_hash", osImageHash, 32);
            if (instanceId != null && !instanceId.isEmpty()) {
                requireWidth("instance_id", instanceId, 20);
            }
        }

        SimulatedMachine toSimulatedMachine() {
            SimulatedMachine.Builder builder = SimulatedMachine.builder();
            set(mrtd, builder::mrtd);
            set(rtmr0, builder::rtmr0);
            set(rtmr1, builder::rtmr1);
            set(rtmr2, builder::rtmr2);
            set(appId, builder::appId);
            set(composeHash, builder::composeHash);
            set(instanceId, builder::instanceId);
            set(osImageHash, builder::osImageHash);
            set(keyProvider, builder::keyProvider);
            set(vmConfig, builder::vmConfig);
            set(platform, builder::platform);
            return builder.build();
        }

        private static <T> void set(@Nullable T value, Consumer<T> setter) {
            if (value != null) {
                setter.accept(value);
            }
        }

        private static void requireWidth(String name, @Nullable Bytes value, int width) {
            if (value != null && value.length() != width) {
                throw new IllegalArgumentException("machine.%s must be %d bytes (%d hex digits), not %d"
                        .formatted(name, width, 2 * width, value.length()));
            }
        }
    }
}
