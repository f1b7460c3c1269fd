package dev.keywarden.it.jmh;

import dev.keywarden.dcap.Collateral;
import dev.keywarden.dcap.DcapVerifier;
import dev.keywarden.dcap.PinnedRoot;
import dev.keywarden.dcap.VerificationCache;
import dev.keywarden.dcap.VerificationPolicy;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.Security;
import java.time.Instant;
import java.util.Objects;
import org.conscrypt.Conscrypt;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A quote of version 4 that a real platform made, Intel's collateral for it, and verifiers that remember more or less. */
@State(Scope.Benchmark)
public class RealQuote {
    static final Instant GOOD_TIME = Instant.parse("2025-07-01T00:00:00Z");

    private final PinnedRoot root = PinnedRoot.intel();
    final byte[] quote = read("tdx_quote");
    final byte[] collateralJson = read("tdx_quote_collateral.json");
    final Collateral collateral = Collateral.ofJson(collateralJson);
    final DcapVerifier forgetful = verifier(VerificationCache.none());
    final DcapVerifier collateralKnown = verifier(new VerificationCache(0, 0, VerificationCache.DEFAULT_COLLATERALS));
    final DcapVerifier allKnown = verifier(new VerificationCache());

    /** For JMH. */
    public RealQuote() {}

    /** Puts the provider first that a node puts first. */
    @Setup
    public void provider() {
        Security.insertProviderAt(Conscrypt.newProvider(), 1);
    }

    private DcapVerifier verifier(VerificationCache cache) {
        return new DcapVerifier(root, VerificationPolicy.STRICT, cache);
    }

    private static byte[] read(String name) {
        try (InputStream in = Objects.requireNonNull(RealQuote.class.getResourceAsStream("/tdx/" + name), name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
