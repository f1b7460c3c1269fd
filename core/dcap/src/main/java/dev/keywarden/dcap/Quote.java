package dev.keywarden.dcap;

import java.util.Optional;

/**
 * A quote of Intel's ECDSA quoting enclave whose structure is sound, and of which nothing more is known: every field is
 * the claim of whoever sent it until {@link QuoteVerifier} has checked the signatures.
 *
 * <p>Layouts 3 (SGX), 4 and 5 (TDX) of the TDX fact sheet, section 1.
 */
public final class Quote {
    private final ByteView canonical;
    private final int version;
    private final TeeType teeType;
    private final ReportBody body;
    private final ByteView signedBytes;
    private final SignatureData signatureData;

    Quote(
            ByteView canonical,
            int version,
            TeeType teeType,
            ReportBody body,
            ByteView signedBytes,
            SignatureData signatureData) {
        this.canonical = canonical;
        this.version = version;
        this.teeType = teeType;
        this.body = body;
        this.signedBytes = signedBytes;
        this.signatureData = signatureData;
    }

    /**
     * Reads a quote and checks all that can be checked without keys: lengths, types, nesting, padding, and that the
     * attestation key is a point on its curve. The first fault in the order of the bytes decides the code; bytes after
     * the signature data are judged last.
     *
     * @param bytes the quote, possibly padded with zeros; copied
     * @param limits what is accepted
     * @throws DcapException with a code of {@link DcapCode.Category#INPUT}
     */
    public static Quote parse(byte[] bytes, QuoteLimits limits) {
        return new QuoteParser(bytes, limits).parse();
    }

    /** The quote without padding: the form to hash, so that one quote has one digest. */
    public ByteView canonical() {
        return canonical;
    }

    /** Version of the layout: 3, 4 or 5. */
    public int version() {
        return version;
    }

    /** What made it. */
    public TeeType teeType() {
        return teeType;
    }

    /** The report that the quote is about. */
    public ReportBody body() {
        return body;
    }

    /** The report of the TD; empty in an SGX quote. */
    public Optional<TdReport> tdReport() {
        return body instanceof TdReport report ? Optional.of(report) : Optional.empty();
    }

    /** The header's user data, 20 bytes; the first 16 tell instances of the quoting enclave apart. */
    public ByteView userData() {
        return canonical.slice(28, 20);
    }

    /** Header, descriptor (version 5) and body: what the attestation key signs (section 1.3). */
    public ByteView signedBytes() {
        return signedBytes;
    }

    /** The attestation key, X then Y, 64 bytes. */
    public ByteView attestationKey() {
        return signatureData.attestationKey();
    }

    /** The report of the quoting enclave. */
    public SgxReport qeReport() {
        return signatureData.qeReport();
    }

    /** The certification data that names the key under which the quoting enclave's report is signed. */
    public CertificationData certificationData() {
        return signatureData.certificationData();
    }

    SignatureData signatureData() {
        return signatureData;
    }

    /**
     * How the quote names its PCK certificate (section 1.4).
     *
     * @param type 1 to 3: identifiers of the platform; 4: the leaf alone; 5: the chain as PEM
     * @param data the data of that type, never empty
     */
    public record CertificationData(int type, ByteView data) {
        /** The type that carries the PCK chain itself. */
        public static final int PCK_CHAIN = 5;
    }

    /** The parts of the signature data; signatures are r then s, 64 bytes. */
    record SignatureData(
            ByteView signature,
            ByteView attestationKey,
            SgxReport qeReport,
            ByteView qeReportSignature,
            ByteView authenticationData,
            CertificationData certificationData) {}
}
