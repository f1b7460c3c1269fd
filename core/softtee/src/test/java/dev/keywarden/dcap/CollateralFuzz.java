package dev.keywarden.dcap;

import dev.keywarden.softtee.FuzzSupport;
import java.time.Instant;

/** Fuzz target: collateral in one object, and what is verified of it; whatever it says, it is refused or it is Intel's. */
public final class CollateralFuzz {
    /** When the Intel-signed collateral of the corpus was valid. */
    private static final Instant TIME = Instant.parse("2025-07-01T00:00:00Z");

    private static final DcapVerifier VERIFIER =
            new DcapVerifier(PinnedRoot.intel(), VerificationPolicy.STRICT, VerificationCache.none());

    private CollateralFuzz() {}

    /** What the fuzzer calls. */
    public static void fuzzerTestOneInput(byte[] input) {
        try {
            Collateral read = Collateral.ofJson(input);
            if (!Collateral.ofJson(read.toJson()).digest().equals(read.digest())) {
                throw new AssertionError("collateral that reads otherwise when it is written");
            }
            ByteView digest = VERIFIER.verifyCollateral(read, TeeType.TDX, TIME)
                    .collateral()
                    .digest();
            if (!digest.equals(read.digest())) {
                throw new AssertionError("other collateral was verified than was given");
            }
        } catch (DcapException e) {
            FuzzSupport.requireCategory(e, DcapCode.Category.values());
        }
    }
}
