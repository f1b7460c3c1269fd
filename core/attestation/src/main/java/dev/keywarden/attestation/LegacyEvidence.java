package dev.keywarden.attestation;

import dev.keywarden.spi.Attestation;
import dev.keywarden.spi.Bytes;
import java.util.List;

/** Evidence in two parts, quote and event log, as older certificates and version 1 requests carry it (section 7.5). */
public final class LegacyEvidence {
    private static final int REPORT_DATA_OFFSET_V4 = 568;
    private static final int REPORT_DATA_OFFSET_V5 = 574;

    private LegacyEvidence() {}

    /**
     * Puts the parts into an envelope: runtime events are those of the runtime type in log order, the report data is the
     * quote's, and there is no configuration.
     *
     * @throws EnvelopeException if the quote is of an unknown version or too short to carry report data, or the log does
     *     not parse
     */
    public static AttestationEnvelope envelope(Bytes quote, Bytes eventLogJson) {
        List<TdxEvent> log = EventLogJson.parse(eventLogJson);
        List<RuntimeEvent> runtime = log.stream()
                .filter(TdxEvent::isRuntime)
                .map(TdxEvent::toRuntimeEvent)
                .toList();
        return new AttestationEnvelope(quote, log, runtime, reportData(quote), "");
    }

    private static Bytes reportData(Bytes quote) {
        int offset = reportDataOffset(version(quote));
        if (quote.length() < offset + Attestation.REPORT_DATA_BYTES) {
            throw new EnvelopeException("no td report: the quote has " + quote.length() + " bytes");
        }
        return quote.slice(offset, Attestation.REPORT_DATA_BYTES);
    }

    private static int version(Bytes quote) {
        if (quote.length() < 2) {
            throw new EnvelopeException("no td report: the quote has " + quote.length() + " bytes");
        }
        return quote.unsignedAt(0) | quote.unsignedAt(1) << Byte.SIZE;
    }

    private static int reportDataOffset(int version) {
        return switch (version) {
            case 4 -> REPORT_DATA_OFFSET_V4;
            case 5 -> REPORT_DATA_OFFSET_V5;
            default -> throw new EnvelopeException("no td report: quote version " + version);
        };
    }
}
