package dev.keywarden.dcap;

import java.util.Arrays;

/** What all fuzz targets demand of a refusal. */
final class FuzzSupport {
    private static final int MAX_DETAIL = 500;

    private FuzzSupport() {}

    /** Requires a code of one of these categories, and a sentence that does not repeat the input. */
    static void requireCategory(DcapException refusal, DcapCode.Category... expected) {
        if (!Arrays.asList(expected).contains(refusal.code().category())) {
            throw new AssertionError("an unexpected refusal", refusal);
        }
        if (refusal.detail().isEmpty() || refusal.detail().length() > MAX_DETAIL) {
            throw new AssertionError("a sentence of " + refusal.detail().length() + " characters", refusal);
        }
    }
}
