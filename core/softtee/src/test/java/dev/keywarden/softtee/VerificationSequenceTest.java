package dev.keywarden.softtee;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.keywarden.dcap.Collateral;
import dev.keywarden.dcap.DcapCode;
import dev.keywarden.dcap.DcapException;
import dev.keywarden.dcap.DcapVerifier;
import dev.keywarden.dcap.PckCa;
import dev.keywarden.dcap.PinnedRoot;
import dev.keywarden.dcap.RootCertificate;
import dev.keywarden.dcap.VerificationCache;
import dev.keywarden.dcap.VerificationPolicy;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Rows of the TDX fact sheet, section 6, that need more than one verification; the numbers are those rows. */
class VerificationSequenceTest {
    private static final int SIGNED_BYTES = 632;
    private static final int RANDOM_RUNS = 2000;

    private final ForgedEvidence evidence = new ForgedEvidence();
    private final byte[] quote = evidence.encodedQuote();
    private final byte[] json = evidence.collateral().json();
    private final Collateral collateral = Collateral.ofJson(json);
    private final VerificationCache cache = new VerificationCache();
    private final DcapVerifier verifier = new DcapVerifier(
            PinnedRoot.custom(
                    RootCertificate.ofPem(ForgedEvidence.ascii(evidence.tee().rootCertificatePem()))),
            VerificationPolicy.STRICT,
            cache);

    @Test // 6
    void refusesEveryPrefixAsInput() {
        for (int length = 0; length < quote.length; length++) {
            assertThat(code(Arrays.copyOf(quote, length)).category())
                    .as("%d bytes", length)
                    .isEqualTo(DcapCode.Category.INPUT);
        }
    }

    @Test // 104
    void asksTheListAgainForAChainThatIsKnown() {
        verifier.verify(quote, collateral, ForgedEvidence.NOW);
        evidence.collateral().pckCrl().revoke(evidence.pki().leafSerial(PckCa.PLATFORM, ""));
        Collateral later = evidence.collateral().collateral();

        assertThat(catchThrowableOfType(DcapException.class, () -> verifier.verify(quote, later, ForgedEvidence.NOW)))
                .returns(DcapCode.CERT_REVOKED, DcapException::code);
        assertThat(verifier.verify(quote, collateral, ForgedEvidence.NOW)).isNotNull();
    }

    @Test // 25
    void hashesAQuoteWithoutItsPadding() {
        byte[] padded = Arrays.copyOf(quote, quote.length + 70);

        assertThat(verifier.verify(padded, collateral, ForgedEvidence.NOW).quoteDigest())
                .isEqualTo(
                        verifier.verify(quote, collateral, ForgedEvidence.NOW).quoteDigest());
    }

    @Test // 165
    void refusesEverySignedByteFlipped() {
        for (int index = 0; index < SIGNED_BYTES; index++) {
            DcapCode code = code(Splice.flip(index, 0xff).apply(quote));
            boolean earlier = index < 28 && code.category() == DcapCode.Category.INPUT;
            assertThat(earlier || code == DcapCode.QUOTE_SIGNATURE_INVALID)
                    .as("byte %d: %s", index, code)
                    .isTrue();
        }
    }

    @Test // 228
    void judgesAQuoteOnItsOwnSignatureThoughItsQuotingEnclaveIsKnown() {
        verifier.verify(quote, collateral, ForgedEvidence.NOW);
        byte[] other = evidence.quote().body(Splice.flip(136, 1)).encode();
        byte[] spliced = quote.clone();
        System.arraycopy(other, 0, spliced, 0, SIGNED_BYTES);

        assertThat(code(spliced)).isEqualTo(DcapCode.QUOTE_SIGNATURE_INVALID);
        assertThat(verifier.verify(other, collateral, ForgedEvidence.NOW)).isNotNull();
    }

    @Test // 227
    void answersWithACodeToRandomQuotesAndCollateral() {
        Random random = new Random(5);
        int refused = 0;
        for (int run = 0; run < RANDOM_RUNS; run++) {
            byte[] bytes = mutated(quote, random);
            byte[] text = mutated(json, random);
            refused += refused(() -> verifier.verify(bytes, collateral, ForgedEvidence.NOW));
            refused += refused(() -> verifier.verify(quote, Collateral.ofJson(text), ForgedEvidence.NOW));
        }
        // A change may undo itself, or hit white space; that is rare.
        assertThat(refused).isBetween(2 * RANDOM_RUNS - 20, 2 * RANDOM_RUNS);
    }

    /** 1 for a refusal, 0 for an acceptance; anything else fails the test. */
    private static int refused(ThrowingCallable verification) {
        return catchThrowableOfType(DcapException.class, verification) == null ? 0 : 1;
    }

    private DcapCode code(byte[] changed) {
        DcapException refusal = catchThrowableOfType(
                DcapException.class, () -> verifier.verify(changed, collateral, ForgedEvidence.NOW));
        assertThat(refusal).as("a refusal").isNotNull();
        return refusal.code();
    }

    /** A copy with some bytes changed, cut out, or doubled. */
    private static byte[] mutated(byte[] bytes, Random random) {
        byte[] changed = bytes.clone();
        for (int change = random.nextInt(4); change >= 0; change--) {
            int at = random.nextInt(changed.length);
            int length = random.nextInt(Math.min(64, changed.length - at));
            changed = switch (random.nextInt(3)) {
                case 0 -> Splice.put(at, random.nextInt(256)).apply(changed);
                case 1 -> concat(List.of(Arrays.copyOf(changed, at), tail(changed, at + length)));
                default -> concat(List.of(Arrays.copyOf(changed, at + length), tail(changed, at)));
            };
        }
        return changed;
    }

    private static byte[] tail(byte[] bytes, int from) {
        return Arrays.copyOfRange(bytes, from, bytes.length);
    }

    private static byte[] concat(List<byte[]> parts) {
        return Splice.append(parts.get(1)).apply(parts.get(0));
    }
}
