package dev.keywarden.attestation;

import dev.keywarden.spi.Bytes;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What runtime events say, and what they make of the register (wire protocol, sections 6.3 and 6.4). */
public final class EventLog {
    /** Ends the replay where boot-time measurements are wanted. */
    public static final String BOOT_MR_DONE = "boot-mr-done";

    /** Ends every look-up, so that an application's later events can't override the system's. */
    public static final String SYSTEM_READY = "system-ready";

    private static final int REGISTER_BYTES = 48;

    private EventLog() {}

    /**
     * Replays events into a register that starts as 48 zero bytes.
     *
     * @param point {@link MeasurementPoint#BOOT} stops after the first {@code boot-mr-done}; if there is none, everything
     *     is replayed
     * @return 48 bytes
     */
    public static Bytes replay(List<RuntimeEvent> events, MeasurementPoint point) {
        return replay(events).at(point);
    }

    /** Replays once for both points. */
    static Replay replay(List<RuntimeEvent> events) {
        MessageDigest sha384 = Digests.sha384();
        byte[] register = new byte[REGISTER_BYTES];
        byte @Nullable [] boot = null;
        for (RuntimeEvent event : events) {
            sha384.update(register);
            event.digest().update(sha384);
            register = sha384.digest();
            if (boot == null && event.event().equals(BOOT_MR_DONE)) {
                boot = register;
            }
        }
        Bytes all = Bytes.of(register);
        return new Replay(boot == null ? all : Bytes.of(boot), all);
    }

    /**
     * The register after a replay, 48 bytes each.
     *
     * @param boot after the first {@code boot-mr-done}, or at the end if there is none
     * @param runtime at the end
     */
    record Replay(Bytes boot, Bytes runtime) {
        Bytes at(MeasurementPoint point) {
            return switch (point) {
                case BOOT -> boot;
                case RUNTIME -> runtime;
            };
        }
    }

    /** The payload of the first event of a name that comes before {@code system-ready}. */
    public static Optional<Bytes> find(List<RuntimeEvent> events, String name) {
        for (RuntimeEvent event : events) {
            if (event.event().equals(name)) {
                return Optional.of(event.payload());
            }
            if (event.event().equals(SYSTEM_READY)) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }
}
