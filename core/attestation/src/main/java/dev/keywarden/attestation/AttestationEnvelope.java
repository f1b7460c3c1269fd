package dev.keywarden.attestation;

import dev.keywarden.spi.Attestation;
import dev.keywarden.spi.Bytes;
import java.util.List;
import java.util.Objects;

/**
 * The decoded envelope of TDX evidence (wire protocol, sections 5.2 and 5.4): everything in it is a claim until the quote
 * has been verified and the rest compared with it.
 *
 * @param quote the raw quote
 * @param eventLog the event log, possibly stripped
 * @param runtimeEvents what was measured into RTMR3, in order
 * @param reportData a copy of what the quote carries, 64 bytes
 * @param config the VM configuration as JSON text, possibly empty
 */
public record AttestationEnvelope(
        Bytes quote, List<TdxEvent> eventLog, List<RuntimeEvent> runtimeEvents, Bytes reportData, String config) {

    /** The protocol's name for this platform. */
    public static final String PLATFORM = Platform.TDX.protocolName();

    /**
     * Most events read into either list. A guest makes some dozens; ten mebibytes of tiny ones would fill the memory and
     * take seconds to replay.
     */
    static final int MAX_EVENTS = 1 << 14;

    public AttestationEnvelope {
        Objects.requireNonNull(quote, "quote");
        eventLog = List.copyOf(eventLog);
        runtimeEvents = List.copyOf(runtimeEvents);
        if (reportData.length() != Attestation.REPORT_DATA_BYTES) {
            throw new EnvelopeException("report_data must be 64 bytes, not " + reportData.length());
        }
        Objects.requireNonNull(config, "config");
    }

    /** {@code dstack-tdx}, the one platform whose envelopes are understood. */
    public String platform() {
        return PLATFORM;
    }

    /**
     * The form that goes into certificates (section 5.5): of the log only what verification can use.
     *
     * <p>Preimages of version 2 events stay, so that a reader that asks for them finds them.
     */
    public AttestationEnvelope stripped() {
        List<TdxEvent> kept = eventLog.stream()
                .filter(TdxEvent::survivesStripping)
                .map(TdxEvent::stripped)
                .toList();
        return new AttestationEnvelope(quote, kept, runtimeEvents, reportData, config);
    }

    /** Shows sizes; the evidence itself is not for logs. */
    @Override
    public String toString() {
        return "AttestationEnvelope[quote " + quote.length() + " bytes, " + eventLog.size() + " events, "
                + runtimeEvents.size() + " runtime events]";
    }
}
