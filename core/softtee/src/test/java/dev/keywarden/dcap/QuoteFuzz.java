package dev.keywarden.dcap;

import dev.keywarden.softtee.FuzzSupport;

/** Fuzz target: a quote of any kind. Only a refusal of input may leave the parser, and what it takes it takes again. */
public final class QuoteFuzz {
    private static final QuoteLimits ALL = new QuoteLimits(64 * 1024, 4096, 0, 64, true, true);

    private QuoteFuzz() {}

    /** What the fuzzer calls. */
    public static void fuzzerTestOneInput(byte[] input) {
        Quote quote;
        try {
            quote = Quote.parse(input, ALL);
        } catch (DcapException e) {
            FuzzSupport.requireCategory(e, DcapCode.Category.INPUT);
            return;
        }
        byte[] canonical = quote.canonical().toArray();
        if (!Quote.parse(canonical, ALL).canonical().equals(quote.canonical())) {
            throw new AssertionError("the canonical form reads otherwise");
        }
    }
}
