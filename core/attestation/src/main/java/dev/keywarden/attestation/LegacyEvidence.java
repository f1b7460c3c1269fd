package dev.keywarden.attestation;

import dev.keywarden.spi.Attestation;
import dev.keywarden.spi.Bytes;
import java.util.List;

/** Evidence in two parts, quote and event log, as older certificates and version 1 requests carry it (section 7.5). */
public final class LegacyEvidence {
    private static final int REPORT_DATA_OFFSET_V4 = 568;
    private static final int REPORT_DATA_OFFSET_V5 = 574;
    private static final int VERSION_5 = 5;

    private LegacyEvidence() {}

    /**
     * Puts the parts into an envelope: runtime events are those of the runtime type in log order, the report data is the
     * quote's, and there is no configuration.
     *
     * @throws EnvelopeException if the quote is too short to carry report data, or the log does not parse
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
        boolean version5 = quote.length() > 1 && quote.unsignedAt(0) == VERSION_5 && quote.unsignedAt(1) == 0;
        int offset = version5 ? REPORT_DATA_OFFSET_V5 : REPORT_DATA_OFFSET_V4;
        if (quote.length() < offset + Attestation.REPORT_DATA_BYTES) {
            throw new EnvelopeException("no td report: the quote has " + quote.length() + " bytes");
        }
        return quote.slice(offset, Attestation.REPORT_DATA_BYTES);
    }
}
