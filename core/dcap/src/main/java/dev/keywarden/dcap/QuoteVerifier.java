package dev.keywarden.dcap;

import dev.keywarden.dcap.Quote.CertificationData;
import dev.keywarden.dcap.Quote.SignatureData;
import java.security.PublicKey;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Verifies the signatures of a quote from the root of trust down to the report: steps B, J.1 to J.3 and K of the TDX fact
 * sheet, section 2.2, in that order. The first step that fails decides the code.
 *
 * <p>What is proven is that a quoting enclave of a platform under the trusted root signed this report. Whether that
 * platform is patched or revoked is decided by collateral, and whether the TD is set up acceptably by {@link TdPolicy}.
 *
 * <p>A function of quote, anchor and time; the cache changes its cost and nothing else. Safe for use by many threads.
 */
public final class QuoteVerifier {
    /** CPUSVN, PCESVN and PCEID, with which certification data types 1 to 3 end. */
    private static final int PLATFORM_TAIL_BYTES = 20;

    private static final int PCK_LEAF_ALONE = 4;

    private final TrustAnchor anchor;
    private final VerificationCache cache;

    /**
     * A verifier under one trust anchor.
     *
     * @param anchor decides which roots are trusted and how strictly chains are judged
     * @param cache the caller's; may be shared with other verifiers
     */
    public QuoteVerifier(TrustAnchor anchor, VerificationCache cache) {
        this.anchor = anchor;
        this.cache = cache;
    }

    /**
     * Verifies a quote that carries its PCK chain.
     *
     * @param now the time at which the certificates must be valid
     * @throws DcapException at the first fault
     */
    public AuthenticQuote verifySignatures(Quote quote, Instant now) {
        return verify(quote, null, now);
    }

    /**
     * Verifies a quote together with a PCK chain from elsewhere, which a quote that only names its platform needs (section
     * 1.4). A chain inside the quote must then have the same leaf.
     *
     * @param pckChain leaf, CA and root as PEM
     * @param now the time at which the certificates must be valid
     * @throws DcapException at the first fault; {@link DcapCode#PCK_CERT_MISMATCH} if the leaf is not the one that the
     *     quote names
     */
    public AuthenticQuote verifySignatures(Quote quote, byte[] pckChain, Instant now) {
        return verify(quote, ByteView.copyOf(pckChain), now);
    }

    private AuthenticQuote verify(Quote quote, @Nullable ByteView supplied, Instant now) {
        VerifiedChain chain = verifyChain(quote, supplied, now);
        verifyReport(quote, bindAttestationKey(quote, chain));
        return new AuthenticQuote(quote, chain, anchor.label());
    }

    /** Step B. */
    VerifiedChain verifyChain(Quote quote, @Nullable ByteView supplied, Instant now) {
        ByteView pem = pckChain(quote.certificationData(), supplied);
        ByteView key = Sha256.labelled("keywarden-dcap-pck-chain-v1", anchor.fingerprint(), pem);
        VerifiedChain chain = cache.chain(key, () -> ChainVerifier.verify(pem, anchor, cache, now));
        chain.requireValidAt(now);
        if (supplied != null) {
            requireNamedLeaf(quote.certificationData(), supplied, chain);
        }
        return chain;
    }

    /** Step K. */
    static void verifyReport(Quote quote, PublicKey attestationKey) {
        if (!P256.verifyRaw(
                attestationKey, quote.signedBytes(), quote.signatureData().signature())) {
            throw new DcapException(
                    DcapCode.QUOTE_SIGNATURE_INVALID,
                    DcapObject.QUOTE,
                    "the attestation key does not verify the signature over header and report");
        }
    }

    private static ByteView pckChain(CertificationData data, @Nullable ByteView supplied) {
        if (data.type() == CertificationData.PCK_CHAIN) {
            return data.data();
        }
        if (supplied == null) {
            throw new DcapException(
                    DcapCode.QUOTE_CERT_DATA_UNSUPPORTED,
                    DcapObject.QUOTE,
                    "certification data type " + data.type() + " names the PCK chain, which must then be supplied");
        }
        return supplied;
    }

    private static void requireNamedLeaf(CertificationData data, ByteView supplied, VerifiedChain chain) {
        boolean named =
                switch (data.type()) {
                    case CertificationData.PCK_CHAIN ->
                        ChainVerifier.firstCertificate(supplied)
                                .equals(chain.leaf().encoded());
                    case PCK_LEAF_ALONE ->
                        ChainVerifier.firstCertificate(data.data())
                                .equals(chain.leaf().encoded());
                    default -> namesPlatform(data.data(), chain.platform());
                };
        if (!named) {
            throw new DcapException(
                    DcapCode.PCK_CERT_MISMATCH,
                    DcapObject.PCK_LEAF,
                    "the PCK certificate supplied is not the one that the quote names");
        }
    }

    private static boolean namesPlatform(ByteView data, SgxExtension platform) {
        ByteView tail = data.slice(data.length() - PLATFORM_TAIL_BYTES, PLATFORM_TAIL_BYTES);
        return tail.slice(0, 16).equals(platform.cpuSvn())
                && tail.unsignedShortAt(16) == platform.pceSvn()
                && tail.slice(18, 2).equals(platform.pceId());
    }

    /** Steps J.1 to J.3. */
    PublicKey bindAttestationKey(Quote quote, VerifiedChain chain) {
        SignatureData data = quote.signatureData();
        ByteView key = Sha256.labelled(
                "keywarden-dcap-qe-binding-v1",
                chain.leafDigest(),
                data.qeReport().bytes(),
                data.qeReportSignature(),
                data.attestationKey(),
                data.authenticationData());
        return cache.attestationKey(key, () -> verifyBinding(data, chain));
    }

    private static PublicKey verifyBinding(SignatureData data, VerifiedChain chain) {
        SgxReport report = data.qeReport();
        if (!P256.verifyRaw(chain.leafKey(), report.bytes(), data.qeReportSignature())) {
            throw refuseQe(
                    DcapCode.QE_REPORT_SIGNATURE_INVALID, "the PCK key does not verify the quoting enclave's report");
        }
        ByteView bound = Sha256.of(data.attestationKey(), data.authenticationData());
        ByteView reported = report.reportData();
        if (!reported.slice(0, 32).equals(bound) || !reported.slice(32, 32).isZero()) {
            throw refuseQe(
                    DcapCode.QE_REPORT_DATA_MISMATCH, "the quoting enclave's report does not bind the attestation key");
        }
        if (report.debug()) {
            throw refuseQe(DcapCode.QE_DEBUG_ENABLED, "the quoting enclave runs in debug mode");
        }
        return P256.publicKey(data.attestationKey());
    }

    private static DcapException refuseQe(DcapCode code, String detail) {
        return new DcapException(code, DcapObject.QE_REPORT, detail);
    }
}
