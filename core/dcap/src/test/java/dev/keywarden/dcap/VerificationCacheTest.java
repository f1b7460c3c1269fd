package dev.keywarden.dcap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class VerificationCacheTest {
    private CountingSignatures counter;

    @BeforeEach
    void countVerifications() {
        counter = CountingSignatures.install();
    }

    @AfterEach
    void stopCounting() {
        counter.uninstall();
    }

    @Test
    void aQuoteCostsFourSignaturesAtFirstAndOneAfterwards() {
        QuoteVerifier verifier = new QuoteVerifier(PinnedRoot.intel(), new VerificationCache());
        Quote quote = Quote.parse(Vectors.tdxQuote(), QuoteLimits.DEFAULT);

        counter.reset();
        verifier.verifySignatures(quote, Vectors.GOOD_TIME);
        assertThat(counter.count()).as("CA, leaf, quoting enclave, quote").isEqualTo(4);

        counter.reset();
        verifier.verifySignatures(quote, Vectors.GOOD_TIME);
        assertThat(counter.count()).as("quote").isEqualTo(1);
    }

    @Test
    void keepsNothingWhenItMayKeepNothing() {
        VerificationCache cache = new VerificationCache(0, 0, 0);
        QuoteVerifier verifier = new QuoteVerifier(PinnedRoot.intel(), cache);
        Quote quote = Quote.parse(Vectors.tdxQuote(), QuoteLimits.DEFAULT);
        verifier.verifySignatures(quote, Vectors.GOOD_TIME);

        counter.reset();
        verifier.verifySignatures(quote, Vectors.GOOD_TIME);
        assertThat(counter.count()).isEqualTo(4);
        assertThat(cache.chainCount()).isZero();
        assertThat(cache.qeBindingCount()).isZero();
    }

    @Test
    void keepsNoFailures() {
        VerificationCache cache = new VerificationCache();
        QuoteVerifier verifier = new QuoteVerifier(PinnedRoot.intel(), cache);
        Quote foreign = Quote.parse(Vectors.simulatorQuote(), QuoteLimits.DEFAULT);
        Quote badBinding = Quote.parse(Vectors.flip(Vectors.tdxQuote(), Vectors.TDX_QE_REPORT, 0), QuoteLimits.DEFAULT);

        Vectors.refusal(() -> verifier.verifySignatures(foreign, Vectors.GOOD_TIME));
        Vectors.refusal(() -> verifier.verifySignatures(badBinding, Vectors.GOOD_TIME));

        assertThat(cache.chainCount()).as("the good chain of the second").isEqualTo(1);
        assertThat(cache.qeBindingCount()).isZero();
    }

    @Test
    void doesNotMixTrustAnchors() {
        VerificationCache shared = new VerificationCache();
        Quote quote = Quote.parse(Vectors.simulatorQuote(), QuoteLimits.DEFAULT);
        SoftwareRoots roots = SoftwareRoots.of(List.of(Vectors.simulatorRoot().publicKeyInfo()));
        new QuoteVerifier(roots, shared).verifySignatures(quote, Vectors.GOOD_TIME);

        assertThat(Vectors.code(
                        () -> new QuoteVerifier(PinnedRoot.intel(), shared).verifySignatures(quote, Vectors.GOOD_TIME)))
                .isEqualTo(DcapCode.ROOT_NOT_TRUSTED);
    }

    @Test
    void dropsTheOldestWhenFull() throws Exception {
        VerificationCache cache = new VerificationCache(1, 3, 0);
        PublicKey value = KeyPairGenerator.getInstance("EC").generateKeyPair().getPublic();
        AtomicInteger made = new AtomicInteger();
        for (int i = 0; i < 10; i++) {
            cache.attestationKey(key(i), () -> {
                made.incrementAndGet();
                return value;
            });
        }
        assertThat(cache.qeBindingCount()).isEqualTo(3);

        for (int i = 7; i < 10; i++) {
            cache.attestationKey(key(i), () -> {
                throw new AssertionError("still known");
            });
        }
        cache.attestationKey(key(0), () -> {
            made.incrementAndGet();
            return value;
        });
        assertThat(made).hasValue(11);
        assertThat(cache.qeBindingCount()).isEqualTo(3);
    }

    @Test
    void verifiesANewEntryOnceForManyThreads() throws Exception {
        QuoteVerifier verifier = new QuoteVerifier(PinnedRoot.intel(), new VerificationCache());
        Quote quote = Quote.parse(Vectors.tdxQuote(), QuoteLimits.DEFAULT);
        counter.reset();
        List<Callable<AuthenticQuote>> calls = new ArrayList<>();
        for (int i = 0; i < 32; i++) {
            calls.add(() -> verifier.verifySignatures(quote, Vectors.GOOD_TIME));
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(16)) {
            for (Future<AuthenticQuote> result : threads.invokeAll(calls)) {
                assertThat(result.get().trustAnchor()).isEqualTo("intel");
            }
        }
        assertThat(counter.count()).isEqualTo(3 + 32);
    }

    @Test
    void refusesNegativeSizes() {
        assertThatIllegalArgumentException().isThrownBy(() -> new VerificationCache(-1, 0, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new VerificationCache(0, -1, 0));
    }

    private static ByteView key(int number) {
        return ByteView.copyOf(new byte[] {(byte) number});
    }
}
