package dev.keywarden.spi;

import java.util.Objects;

/**
 * What a machine sent about itself, exactly as received and untrusted.
 *
 * @param format the platform named by the envelope, for example {@code dstack-tdx}
 * @param envelope the bytes of the versioned attestation (SCALE version 0 or MessagePack version 1)
 */
public record Evidence(String format, Bytes envelope) {
    public Evidence {
        Objects.requireNonNull(format, "format");
        Objects.requireNonNull(envelope, "envelope");
    }

    /** Names the format and the size; the document itself is not for logs. */
    @Override
    public String toString() {
        return "Evidence[" + format + ", " + envelope.length() + " bytes]";
    }
}
