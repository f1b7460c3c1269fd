package dev.keywarden.attestation;

import dev.keywarden.spi.Bytes;
import dev.keywarden.spi.Evidence;

/**
 * Reads and writes the two envelopes of evidence: SCALE version 0 and MessagePack version 1 (wire protocol, sections 5.2
 * to 5.4), told apart by their first byte.
 */
public final class EnvelopeCodec {
    /** Longest envelope accepted, in bytes. */
    public static final int MAX_BYTES = 10 * 1024 * 1024;

    private static final int SCALE_V0 = 0x00;

    private EnvelopeCodec() {}

    /**
     * Decodes untrusted bytes of either form, strictly: nothing may be left over, and nothing may run past the end.
     *
     * @throws EnvelopeException if they are of neither form, or of a platform that is not understood
     */
    public static AttestationEnvelope decode(Bytes envelope) {
        return decode(envelope.toArray());
    }

    /** As {@link #decode(Bytes)}, without a copy. */
    public static AttestationEnvelope decode(byte[] envelope) {
        if (envelope.length == 0) {
            throw new EnvelopeException("Empty attestation bytes");
        }
        if (envelope.length > MAX_BYTES) {
            throw new EnvelopeException(
                    "Attestation of " + envelope.length + " bytes; at most " + MAX_BYTES + " are read");
        }
        int first = Byte.toUnsignedInt(envelope[0]);
        if (first == SCALE_V0) {
            return ScaleEnvelope.decode(envelope);
        }
        if (isMessagePack(envelope[0])) {
            return MessagePackEnvelope.decode(envelope);
        }
        throw new EnvelopeException("Unknown attestation wire format");
    }

    /** Whether an envelope that begins like this is of version 1: a map. */
    static boolean isMessagePack(byte firstByte) {
        int first = Byte.toUnsignedInt(firstByte);
        return (first & 0xF0) == 0x80 || first == 0xDE || first == 0xDF;
    }

    /** Version 0, unless some runtime event needs version 1. What both revisions of the reference accept. */
    public static Bytes encode(AttestationEnvelope envelope) {
        return needsMessagePack(envelope) ? encodeMessagePack(envelope) : encodeScale(envelope);
    }

    /** Whether version 0 would lose something that the evidence depends on. */
    static boolean needsMessagePack(AttestationEnvelope envelope) {
        return envelope.runtimeEvents().stream().anyMatch(event -> event.version() != 1);
    }

    /** Version 0; event versions and preimages are not part of it. */
    public static Bytes encodeScale(AttestationEnvelope envelope) {
        return Bytes.of(ScaleEnvelope.encode(envelope));
    }

    /** Version 1 in its canonical form. */
    public static Bytes encodeMessagePack(AttestationEnvelope envelope) {
        return Bytes.of(MessagePackEnvelope.encode(envelope));
    }

    /** The envelope as a plugin gets it. */
    public static Evidence toEvidence(AttestationEnvelope envelope) {
        return new Evidence(envelope.platform(), encode(envelope));
    }
}
