package dev.keywarden.attestation;

import dev.keywarden.spi.Attestation;
import dev.keywarden.spi.Bytes;
import java.util.List;
import java.util.Optional;

/** The SCALE form of the envelope, version 0 (wire protocol, section 5.2). */
final class ScaleEnvelope {
    private static final int V0 = 0;

    // Register, type and three empty values; name and payload of a runtime event.
    private static final int SMALLEST_TDX_EVENT = 11;
    private static final int SMALLEST_RUNTIME_EVENT = 2;

    private ScaleEnvelope() {}

    static AttestationEnvelope decode(byte[] bytes) {
        ScaleReader in = new ScaleReader(bytes);
        AttestationEnvelope envelope;
        try {
            requireTdx(in);
            envelope = read(in);
        } catch (EnvelopeException e) {
            throw new EnvelopeException("Failed to decode legacy VersionedAttestation: " + e.getMessage(), e);
        }
        if (in.remaining() > 0) {
            throw new EnvelopeException("Trailing bytes after legacy VersionedAttestation: " + in.remaining());
        }
        return envelope;
    }

    private static void requireTdx(ScaleReader in) {
        int version = in.u8();
        if (version != V0) {
            throw new EnvelopeException("unsupported attestation version " + version);
        }
        int index = in.u8();
        Optional<Platform> platform = Platform.ofScaleIndex(index);
        if (platform.isEmpty()) {
            throw new EnvelopeException("unknown platform number " + index);
        }
        platform.get().requireUnderstood();
    }

    private static AttestationEnvelope read(ScaleReader in) {
        Bytes quote = in.bytes();
        List<TdxEvent> log = in.list(
                SMALLEST_TDX_EVENT,
                AttestationEnvelope.MAX_EVENTS,
                () -> new TdxEvent(in.u32(), in.u32(), in.bytes(), in.string(), in.bytes()));
        List<RuntimeEvent> runtime = in.list(
                SMALLEST_RUNTIME_EVENT,
                AttestationEnvelope.MAX_EVENTS,
                () -> new RuntimeEvent(in.string(), in.bytes()));
        return new AttestationEnvelope(quote, log, runtime, in.fixed(Attestation.REPORT_DATA_BYTES), in.string());
    }

    static byte[] encode(AttestationEnvelope envelope) {
        ScaleWriter out = new ScaleWriter();
        out.u8(V0).u8(Platform.TDX.scaleIndex()).bytes(envelope.quote());
        out.list(envelope.eventLog(), event -> out.u32(event.imr())
                .u32(event.eventType())
                .bytes(event.digest())
                .string(event.event())
                .bytes(event.payload()));
        out.list(envelope.runtimeEvents(), event -> out.string(event.event()).bytes(event.payload()));
        return out.fixed(envelope.reportData()).string(envelope.config()).toArray();
    }
}
