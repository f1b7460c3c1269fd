package dev.keywarden.softtee;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.keywarden.dcap.AuthenticQuote;
import dev.keywarden.dcap.DcapException;
import dev.keywarden.dcap.PckCa;
import dev.keywarden.dcap.PinnedRoot;
import dev.keywarden.dcap.Quote;
import dev.keywarden.dcap.QuoteLimits;
import dev.keywarden.dcap.QuoteVerifier;
import dev.keywarden.dcap.RootCertificate;
import dev.keywarden.dcap.VerificationCache;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** A software TEE whose root the strict verifier has pinned, and chains with one certificate changed. */
final class Forgery {
    static final byte[] SEED = HexFormat.of().parseHex("5a".repeat(32));
    static final Instant NOW = Instant.parse("2026-11-24T00:00:00Z");

    final SoftwareTee tee = SoftwareTee.fromSeed(SEED);
    final SoftwarePki pki = tee.pki();
    final QuoteVerifier strict = new QuoteVerifier(
            PinnedRoot.custom(RootCertificate.ofPem(ascii(tee.rootCertificatePem()))), new VerificationCache());

    /** A forge for a right quote. */
    QuoteForge quote() {
        return tee.quote(tdReport(), "");
    }

    /** A quote whose chain has one certificate changed. */
    byte[] quoteWithLeaf(Consumer<CertificateForge> change) {
        return quoteWithLeaf(change, pki.authorityKey(PckCa.PLATFORM));
    }

    byte[] quoteWithLeaf(Consumer<CertificateForge> change, SoftwareKey signer) {
        CertificateForge leaf = pki.leaf(PckCa.PLATFORM, "");
        change.accept(leaf);
        return quoteWithChain(leaf.encode(signer), authority(), root());
    }

    byte[] quoteWithAuthority(Consumer<CertificateForge> change) {
        CertificateForge authority = pki.authority(PckCa.PLATFORM);
        change.accept(authority);
        return quoteWithChain(leaf(), authority.encode(pki.rootKey()), root());
    }

    byte[] quoteWithExtension(Consumer<SgxExtensionForge> change) {
        SgxExtensionForge extension = pki.sgxExtension("");
        change.accept(extension);
        return quoteWithLeaf(leaf -> leaf.replaceExtension(SgxExtensionForge.OID, false, extension.encode()));
    }

    byte[] quoteWithChain(byte[]... certificates) {
        StringBuilder pem = new StringBuilder();
        for (byte[] certificate : certificates) {
            pem.append(CertificateForge.pem(certificate));
        }
        return quoteWithPem(pem.toString());
    }

    byte[] quoteWithPem(String pem) {
        return quote().certificationData(5, ascii(pem)).encode();
    }

    byte[] leaf() {
        return pki.leaf(PckCa.PLATFORM, "").encode(pki.authorityKey(PckCa.PLATFORM));
    }

    byte[] authority() {
        return pki.authority(PckCa.PLATFORM).encode(pki.rootKey());
    }

    byte[] root() {
        return pki.root().encode(pki.rootKey());
    }

    AuthenticQuote verify(byte[] quote) {
        return strict.verifySignatures(Quote.parse(quote, QuoteLimits.DEFAULT), NOW);
    }

    /** The refusal as {@code CODE object}. */
    String refusal(byte[] quote) {
        return refusal(() -> verify(quote));
    }

    static String refusal(ThrowingCallable call) {
        DcapException refusal = catchThrowableOfType(DcapException.class, call);
        assertThat(refusal).as("a refusal").isNotNull();
        return refusal.code() + " " + refusal.object();
    }

    static byte[] tdReport() {
        byte[] report = new byte[584];
        report[123] = 0x10;
        report[128] = (byte) 0xe7;
        report[129] = 0x02;
        report[130] = 0x06;
        Arrays.fill(report, 136, 184, (byte) 0xa0);
        Arrays.fill(report, 520, 584, (byte) 0x07);
        return report;
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    static byte[] flipped(byte[] bytes, int index) {
        byte[] changed = bytes.clone();
        changed[index] ^= 1;
        return changed;
    }
}
