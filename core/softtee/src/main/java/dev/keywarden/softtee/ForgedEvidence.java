package dev.keywarden.softtee;

import dev.keywarden.dcap.ByteView;
import dev.keywarden.dcap.Collateral;
import dev.keywarden.dcap.DcapVerifier;
import dev.keywarden.dcap.PckCa;
import dev.keywarden.dcap.PinnedRoot;
import dev.keywarden.dcap.RootCertificate;
import dev.keywarden.dcap.TrustAnchor;
import dev.keywarden.dcap.VerificationCache;
import dev.keywarden.dcap.VerificationPolicy;
import dev.keywarden.dcap.VerifiedQuote;
import dev.keywarden.spi.Bytes;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * All that goes into one verification, right in every respect until something is changed: a quote with its chain, its
 * collateral, the root that is trusted, the policy and the time. {@link ConformanceCases} changes one thing at a time.
 */
public final class ForgedEvidence {
    /** The time at which everything is right. */
    public static final Instant NOW = Instant.parse("2026-11-24T00:00:00Z");

    private static final byte[] SEED = HexFormat.of().parseHex("5a".repeat(32));
    private static final byte[] STRANGERS_SEED = HexFormat.of().parseHex("a5".repeat(32));
    private static final Bytes REPORT_DATA = Bytes.of(HexFormat.of().parseHex("07".repeat(64)));

    /** One for all evidence: a TEE is a function of its seed, and its keys take time to derive. */
    private static final SoftwareTee TEE = SoftwareTee.fromSeed(SEED);

    private static final SoftwareTee STRANGER = SoftwareTee.fromSeed(STRANGERS_SEED);

    private final SoftwareTee tee = TEE;
    private final SoftwarePki pki = tee.pki();
    private TrustAnchor anchor;
    private VerificationPolicy policy = VerificationPolicy.STRICT;
    private QuoteForge quote;
    private CollateralForge collateral;
    private byte @Nullable [] rawQuote;
    private @Nullable ByteView reportData;

    /** Right evidence. */
    public ForgedEvidence() {
        anchor = PinnedRoot.custom(RootCertificate.ofPem(ascii(tee.rootCertificatePem())));
        quote = tee.quote(SimulatedMachine.builder().build(), REPORT_DATA);
        collateral = tee.collateral(NOW);
    }

    /** A software TEE that nobody trusts here. */
    public static SoftwareTee stranger() {
        return STRANGER;
    }

    /** The software TEE that is trusted. */
    public SoftwareTee tee() {
        return tee;
    }

    /** Keys and certificates of the software TEE. */
    public SoftwarePki pki() {
        return pki;
    }

    /** The quote, to be changed. */
    public QuoteForge quote() {
        return quote;
    }

    /** The collateral, to be changed. */
    public CollateralForge collateral() {
        return collateral;
    }

    /** Puts bytes in the place of the quote. */
    public ForgedEvidence rawQuote(byte[] bytes) {
        rawQuote = bytes.clone();
        return this;
    }

    /** Puts other collateral in the place of the right one. */
    public ForgedEvidence collateral(CollateralForge other) {
        collateral = other;
        return this;
    }

    /** Has another TEE make quote and collateral; who is trusted stays. */
    public ForgedEvidence madeBy(SoftwareTee other) {
        quote = other.quote(SimulatedMachine.builder().build(), REPORT_DATA);
        collateral = other.collateral(NOW);
        return this;
    }

    /** Trusts another root. */
    public ForgedEvidence trusting(TrustAnchor other) {
        anchor = other;
        return this;
    }

    /** The root of the software TEE, pinned by key. */
    public PinnedRoot rootByKey() {
        return PinnedRoot.custom(RootCertificate.ofPem(ascii(tee.rootCertificatePem())))
                .matchedByKey();
    }

    /** Changes the policy. */
    public ForgedEvidence policy(UnaryOperator<VerificationPolicy> change) {
        policy = change.apply(policy);
        return this;
    }

    /** Demands report data. */
    public ForgedEvidence expecting(byte[] bytes) {
        reportData = ByteView.copyOf(bytes);
        return this;
    }

    /** Changes the PCK certificate, which its authority signs. */
    public ForgedEvidence leaf(Consumer<CertificateForge> change) {
        return leaf(pki.authorityKey(PckCa.PLATFORM), change);
    }

    /** Changes the PCK certificate and has a key of choice sign it. */
    public ForgedEvidence leaf(SoftwareKey signer, Consumer<CertificateForge> change) {
        CertificateForge leaf = pki.leaf(PckCa.PLATFORM, "");
        change.accept(leaf);
        return chain(leaf.encode(signer), authority(), root());
    }

    /** Changes the PCK CA in the quote's chain, which the root signs. */
    public ForgedEvidence authority(Consumer<CertificateForge> change) {
        CertificateForge authority = pki.authority(PckCa.PLATFORM);
        change.accept(authority);
        return chain(leaf(), authority.encode(pki.rootKey()), root());
    }

    /** Changes the SGX extension of the PCK certificate. */
    public ForgedEvidence extension(Consumer<SgxExtensionForge> change) {
        SgxExtensionForge extension = pki.sgxExtension("");
        change.accept(extension);
        return rawExtension(extension.encode());
    }

    /** Puts another value into the SGX extension of the PCK certificate. */
    public ForgedEvidence rawExtension(byte[] value) {
        return leaf(leaf -> leaf.replaceExtension(SgxExtensionForge.OID, false, value));
    }

    /** Puts certificates into the quote's chain. */
    public ForgedEvidence chain(byte[]... certificates) {
        return pem(pem(certificates));
    }

    /** Puts text into the place of the quote's chain. */
    public ForgedEvidence pem(String text) {
        quote.certificationData(5, text.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    /** The right chain as text. */
    public String pem() {
        return pem(leaf(), authority(), root());
    }

    /** Certificates as text. */
    public static String pem(byte[]... certificates) {
        return List.of(certificates).stream().map(CertificateForge::pem).collect(Collectors.joining());
    }

    /** The right PCK certificate. */
    public byte[] leaf() {
        return pki.leaf(PckCa.PLATFORM, "").encode(pki.authorityKey(PckCa.PLATFORM));
    }

    /** The right PCK CA. */
    public byte[] authority() {
        return pki.authority(PckCa.PLATFORM).encode(pki.rootKey());
    }

    /** The right root. */
    public byte[] root() {
        return pki.root().encode(pki.rootKey());
    }

    /** The quote, signed and encoded. */
    public byte[] encodedQuote() {
        return rawQuote != null ? rawQuote.clone() : quote.encode();
    }

    /** Whether these verify with the strict policy; other verifiers have no other. */
    public VerificationPolicy policy() {
        return policy;
    }

    /**
     * Verifies it all with the strict verifier.
     *
     * @throws dev.keywarden.dcap.DcapException if it is refused
     */
    public VerifiedQuote verify(VerificationCache cache) {
        byte[] encoded = encodedQuote();
        Collateral read = collateral.collateral();
        return new DcapVerifier(anchor, policy, cache).verify(encoded, read, NOW, reportData);
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
