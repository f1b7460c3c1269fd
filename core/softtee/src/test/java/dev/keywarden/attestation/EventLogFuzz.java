package dev.keywarden.attestation;

import dev.keywarden.softtee.FuzzSupport;
import dev.keywarden.spi.Bytes;
import java.util.List;

/** Fuzz target: an event log as JSON, and the registers that follow from it. */
public final class EventLogFuzz {
    private EventLogFuzz() {}

    /** What the fuzzer calls. */
    public static void fuzzerTestOneInput(byte[] input) {
        try {
            List<TdxEvent> events = EventLogJson.parse(Bytes.of(input));
            if (!EventLogJson.parse(EventLogJson.write(events)).equals(events)) {
                throw new AssertionError("a log that reads otherwise when it is written");
            }
        } catch (EnvelopeException e) {
            FuzzSupport.requireSentence(e);
        }
    }
}
