package dev.keywarden.attestation;

import dev.keywarden.spi.Bytes;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Objects;

/**
 * Something the guest measured into RTMR3 (wire protocol, section 6).
 *
 * @param event name, for example {@code app-id}
 * @param payload raw bytes, possibly none
 * @param version how the digest is computed: 1 or 2
 */
public record RuntimeEvent(String event, Bytes payload, int version) {
    /** Type of every runtime event. */
    public static final long EVENT_TYPE = 0x08000001L;

    private static final byte[] TYPE_AND_COLON = {1, 0, 0, 8, ':'};

    public RuntimeEvent {
        Objects.requireNonNull(event, "event");
        Objects.requireNonNull(payload, "payload");
        if (version != 1 && version != 2) {
            throw new EnvelopeException("runtime event version must be 1 or 2, not " + version);
        }
    }

    /** A version 1 event, the form every guest of the older revision writes. */
    public RuntimeEvent(String event, Bytes payload) {
        this(event, payload, 1);
    }

    /** The SHA-384 digest that was extended into the register, 48 bytes (section 6.2). Never trusted from outside. */
    public Bytes digest() {
        MessageDigest sha384 = Digests.sha384();
        if (version == 2) {
            sha384.update(preimage());
        } else {
            sha384.update(TYPE_AND_COLON);
            sha384.update(event.getBytes(StandardCharsets.UTF_8));
            sha384.update((byte) ':');
            payload.update(sha384);
        }
        return Bytes.of(sha384.digest());
    }

    /** What a version 2 digest is made from: canonical JSON (RFC 8785) of name, payload in hex, and type. */
    byte[] preimage() {
        StringBuilder json = new StringBuilder("{\"name\":");
        CanonicalJson.appendString(json, event);
        json.append(",\"payload\":\"")
                .append(payload.toHex())
                .append("\",\"type\":")
                .append(EVENT_TYPE)
                .append('}');
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }
}
