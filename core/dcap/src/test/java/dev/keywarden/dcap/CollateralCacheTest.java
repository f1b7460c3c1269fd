package dev.keywarden.dcap;

import static dev.keywarden.dcap.Vectors.GOOD_TIME;
import static dev.keywarden.dcap.Vectors.code;
import static dev.keywarden.dcap.Vectors.tdxQuote;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the cache saves, in signatures (TDX fact sheet, section 8.1), and what it must not blur. */
class CollateralCacheTest {
    private CountingSignatures counter;

    @BeforeEach
    void count() {
        counter = CountingSignatures.install();
    }

    @AfterEach
    void stopCounting() {
        counter.uninstall();
    }

    @Test
    void aVerificationCostsTenSignaturesAtFirstAndOneAfterwards() {
        DcapVerifier verifier = verifier(new VerificationCache());
        assertThat(cost(verifier))
                .as("CA, leaf, CRL issuer, two CRLs, signer, two objects, quoting enclave, quote")
                .isEqualTo(10);
        assertThat(cost(verifier)).as("quote").isEqualTo(1);
    }

    @Test
    void aNewPlatformUnderKnownCollateralCostsThree() {
        DcapVerifier verifier = verifier(new VerificationCache(0, 0, 1));
        cost(verifier);
        assertThat(cost(verifier)).as("leaf, quoting enclave, quote").isEqualTo(3);
    }

    @Test
    void newCollateralCostsOnlyWhatIsNewInIt() {
        DcapVerifier verifier = verifier(new VerificationCache());
        cost(verifier);
        Collateral right = Vectors.tdxCollateral();
        Collateral respelled = new Collateral(
                ByteView.copyOf((new String(right.pckCrlIssuerChain().toArray(), StandardCharsets.US_ASCII) + "\n")
                        .getBytes(StandardCharsets.US_ASCII)),
                right.rootCrl(),
                right.pckCrl(),
                right.tcbInfo(),
                right.qeIdentity(),
                null);

        counter.reset();
        verifier.verify(tdxQuote(), respelled, GOOD_TIME);
        assertThat(counter.count()).as("CRL issuer, quote").isEqualTo(2);
    }

    @Test
    void anObjectIsNotTakenForTheOtherBecauseItIsKnown() {
        DcapVerifier verifier = verifier(new VerificationCache());
        cost(verifier);
        Collateral right = Vectors.tdxCollateral();
        Collateral tcbTwice = new Collateral(
                right.pckCrlIssuerChain(), right.rootCrl(), right.pckCrl(), right.tcbInfo(), right.tcbInfo(), null);
        Collateral qeTwice = new Collateral(
                right.pckCrlIssuerChain(),
                right.rootCrl(),
                right.pckCrl(),
                right.qeIdentity(),
                right.qeIdentity(),
                null);

        assertThat(code(() -> verifier.verify(tdxQuote(), tcbTwice, GOOD_TIME)))
                .isEqualTo(DcapCode.QE_IDENTITY_UNSUPPORTED);
        assertThat(code(() -> verifier.verify(tdxQuote(), qeTwice, GOOD_TIME)))
                .isEqualTo(DcapCode.TCB_INFO_UNSUPPORTED);
    }

    @Test
    void doesNotMixTrustAnchors() {
        VerificationCache shared = new VerificationCache();
        cost(verifier(shared));
        DcapVerifier other = new DcapVerifier(
                SoftwareRoots.of(List.of(Vectors.simulatorRoot().publicKeyInfo())), VerificationPolicy.STRICT, shared);

        assertThat(code(() -> other.verifyCollateral(Vectors.tdxCollateral(), TeeType.TDX, GOOD_TIME)))
                .isEqualTo(DcapCode.ROOT_NOT_TRUSTED);
    }

    @Test
    void keepsNoMoreThanItMay() {
        VerificationCache cache = new VerificationCache(1, 1, 1);
        cost(verifier(cache));
        verifier(cache).verify(Vectors.sgxQuote(), Vectors.sgxCollateral(), GOOD_TIME);

        assertThat(cache.collateralCount()).isEqualTo(1);
        assertThat(cache.chainCount()).isEqualTo(1);
        assertThat(cache.qeBindingCount()).isEqualTo(1);
    }

    private static DcapVerifier verifier(VerificationCache cache) {
        return new DcapVerifier(PinnedRoot.intel(), VerificationPolicy.STRICT.with(Vectors.WITH_SGX), cache);
    }

    private int cost(DcapVerifier verifier) {
        counter.reset();
        verifier.verify(tdxQuote(), Vectors.tdxCollateral(), GOOD_TIME);
        return counter.count();
    }
}
