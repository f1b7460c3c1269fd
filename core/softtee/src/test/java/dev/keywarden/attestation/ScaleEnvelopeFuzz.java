package dev.keywarden.attestation;

import dev.keywarden.softtee.FuzzSupport;

/** Fuzz target: an envelope of version 0. What it takes it writes and takes again. */
public final class ScaleEnvelopeFuzz {
    private ScaleEnvelopeFuzz() {}

    /** What the fuzzer calls. */
    public static void fuzzerTestOneInput(byte[] input) {
        try {
            AttestationEnvelope envelope = ScaleEnvelope.decode(input);
            if (!ScaleEnvelope.decode(ScaleEnvelope.encode(envelope)).equals(envelope)) {
                throw new AssertionError("an envelope that reads otherwise when it is written");
            }
        } catch (EnvelopeException e) {
            FuzzSupport.requireSentence(e);
        }
    }
}
