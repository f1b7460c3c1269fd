package dev.keywarden.softtee;

import dev.keywarden.attestation.EnvelopeException;
import dev.keywarden.dcap.DcapCode;
import dev.keywarden.dcap.DcapException;
import java.util.Arrays;

/** What all fuzz targets demand of a refusal. */
public final class FuzzSupport {
    private static final int MAX_SENTENCE = 500;

    private FuzzSupport() {}

    /** Requires a code of one of these categories, and a sentence. */
    public static void requireCategory(DcapException refusal, DcapCode.Category... expected) {
        if (!Arrays.asList(expected).contains(refusal.code().category())) {
            throw new AssertionError("an unexpected refusal", refusal);
        }
        requireSentence(refusal.detail(), refusal);
    }

    /** Requires a sentence. */
    public static void requireSentence(EnvelopeException refusal) {
        requireSentence(String.valueOf(refusal.getMessage()), refusal);
    }

    /** One that does not repeat the input. */
    private static void requireSentence(String sentence, RuntimeException refusal) {
        if (sentence.isEmpty() || sentence.length() > MAX_SENTENCE) {
            throw new AssertionError("a sentence of " + sentence.length() + " characters", refusal);
        }
    }
}
