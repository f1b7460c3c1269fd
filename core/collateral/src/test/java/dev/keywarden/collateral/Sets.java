package dev.keywarden.collateral;

import dev.keywarden.dcap.ByteView;
import dev.keywarden.dcap.Collateral;
import dev.keywarden.dcap.CollateralAge;
import dev.keywarden.dcap.DcapVerifier;
import dev.keywarden.dcap.PckCa;
import dev.keywarden.dcap.PinnedRoot;
import dev.keywarden.dcap.PlatformKey;
import dev.keywarden.dcap.RootCertificate;
import dev.keywarden.dcap.TeeType;
import dev.keywarden.dcap.VerificationCache;
import dev.keywarden.dcap.VerificationPolicy;
import dev.keywarden.softtee.SoftwareTee;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** What the tests fetch: collateral of a software TEE, under its own root. */
final class Sets {
    static final SoftwareTee TEE = SoftwareTee.fromSeed(new byte[32]);
    static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    static final CollateralRequest REQUEST = request(TEE.pki().fmspc());

    private Sets() {}

    static CollateralRequest request(byte[] fmspc) {
        return new CollateralRequest(
                new PlatformKey(TeeType.TDX, ByteView.copyOf(fmspc), PckCa.PLATFORM), Update.STANDARD);
    }

    /** Takes everything that verifies. */
    static CollateralAge judge(Collateral collateral) {
        return verifier().verifyCollateral(collateral, TeeType.TDX, NOW).age();
    }

    static DcapVerifier verifier() {
        RootCertificate root = RootCertificate.ofPem(TEE.rootCertificatePem().getBytes(StandardCharsets.US_ASCII));
        return new DcapVerifier(PinnedRoot.custom(root), VerificationPolicy.STRICT, new VerificationCache());
    }
}
