package dev.keywarden.attestation;

import dev.keywarden.spi.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One entry of the full event log (wire protocol, sections 5.2, 5.4 and 6.1).
 *
 * @param imr register index, zero-based, 0 to 2^32-1
 * @param eventType 0 to 2^32-1
 * @param digest 48 bytes, or none where it was stripped
 * @param event name
 * @param payload raw bytes, possibly none
 * @param version how the digest is computed: 1 or 2; not part of the SCALE form
 * @param preimage what a version 2 digest was made from, or {@code null}; not part of the SCALE form
 */
public record TdxEvent(
        long imr,
        long eventType,
        Bytes digest,
        String event,
        Bytes payload,
        int version,
        @Nullable Bytes preimage) {
    private static final long MAX_U32 = 0xFFFFFFFFL;
    private static final long RUNTIME_REGISTER = 3;
    private static final long PLATFORM_CONFIG_TYPE = 10;
    private static final int DIGEST_BYTES = 48;
    private static final Bytes ACPI_DATA = Bytes.of("ACPI DATA".getBytes(StandardCharsets.US_ASCII));

    public TdxEvent {
        if (imr < 0 || imr > MAX_U32 || eventType < 0 || eventType > MAX_U32) {
            throw new EnvelopeException("event register and type must fit 32 bits");
        }
        if (!digest.isEmpty() && digest.length() != DIGEST_BYTES) {
            throw new EnvelopeException("event digest must be 48 bytes or empty, not " + digest.length());
        }
        Objects.requireNonNull(event, "event");
        Objects.requireNonNull(payload, "payload");
        if (version != 1 && version != 2) {
            throw new EnvelopeException("event version must be 1 or 2, not " + version);
        }
    }

    /** A version 1 event. */
    public TdxEvent(long imr, long eventType, Bytes digest, String event, Bytes payload) {
        this(imr, eventType, digest, event, payload, 1, null);
    }

    /** The log entry of a runtime event, with its digest. */
    public static TdxEvent of(RuntimeEvent event) {
        return new TdxEvent(
                RUNTIME_REGISTER,
                RuntimeEvent.EVENT_TYPE,
                event.digest(),
                event.event(),
                event.payload(),
                event.version(),
                event.version() == 2 ? Bytes.of(event.preimage()) : null);
    }

    /** Whether this is a measurement that the guest made at run time. */
    public boolean isRuntime() {
        return eventType == RuntimeEvent.EVENT_TYPE;
    }

    /** As a runtime event, from which the digest is computed anew. */
    public RuntimeEvent toRuntimeEvent() {
        return new RuntimeEvent(event, payload, version);
    }

    /** Whether the event stays when evidence is stripped for a certificate (section 5.5). */
    boolean survivesStripping() {
        return imr == RUNTIME_REGISTER || (imr == 0 && eventType == PLATFORM_CONFIG_TYPE && payload.equals(ACPI_DATA));
    }

    /** The stripped form: what can be computed again is emptied. */
    TdxEvent stripped() {
        if (imr != RUNTIME_REGISTER) {
            return this;
        }
        return isRuntime()
                ? new TdxEvent(imr, eventType, Bytes.EMPTY, event, payload, version, preimage)
                : new TdxEvent(imr, eventType, digest, event, Bytes.EMPTY, version, preimage);
    }
}
