package dev.keywarden.softtee;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.UnaryOperator;

/**
 * Makes quotes (TDX fact sheet, section 1) of which every part can be chosen, right or wrong. A forge from {@link
 * SoftwareTee#quote} makes a right one; each knob turns one thing, and what stands above it is signed again, unless the
 * turn comes after the signing.
 */
public final class QuoteForge {
    private static final byte[] INTEL_QE_VENDOR = HexFormat.of().parseHex("939a7233f79c4ca9940a0db3957f0607");

    private static final int QE_REPORT_BYTES = 384;
    private static final int PCK_CHAIN = 5;

    private byte[] header = header(4, 0x81);
    private byte[] descriptor = new byte[0];
    private byte[] body;
    private byte[] attestationKey;
    private SoftwareKey quoteSigner;
    private SoftwareKey qeReportSigner;
    private byte[] authenticationData = new byte[32];
    private int certificationDataType = PCK_CHAIN;
    private byte[] certificationData;
    private UnaryOperator<byte[]> qeReportChange = UnaryOperator.identity();
    private UnaryOperator<byte[]> quoteChange = UnaryOperator.identity();
    private boolean descriptorSigned = true;

    QuoteForge(byte[] tdReport, SoftwareKey attestationKey, SoftwareKey pckKey, byte[] pckChain) {
        this.body = tdReport.clone();
        this.attestationKey = attestationKey.point();
        this.quoteSigner = attestationKey;
        this.qeReportSigner = pckKey;
        this.certificationData = pckChain.clone();
    }

    /** Changes the header of 48 bytes before it is signed. */
    public QuoteForge header(UnaryOperator<byte[]> change) {
        header = change.apply(header);
        return this;
    }

    /** Changes the report before it is signed. */
    public QuoteForge body(UnaryOperator<byte[]> change) {
        body = change.apply(body);
        return this;
    }

    /**
     * Makes a version 5 quote.
     *
     * @param bodyType 2, 3 or 4; the body is extended with zeros to the size of that type
     */
    public QuoteForge versionFive(int bodyType) {
        int size = bodyType == 2 ? 584 : bodyType == 3 ? 648 : 885;
        header = header(5, 0x81);
        body = Arrays.copyOf(body, size);
        descriptor = concat(unsignedShort(bodyType), unsignedInt(size));
        return this;
    }

    /** Puts another descriptor before the body of a version 5 quote. */
    public QuoteForge descriptor(int bodyType, int size) {
        descriptor = concat(unsignedShort(bodyType), unsignedInt(size));
        return this;
    }

    /** Makes a version 3 quote about an enclave, whose report is zeros but for the report data. */
    public QuoteForge versionThree() {
        byte[] reportData = Arrays.copyOfRange(body, 520, 584);
        header = header(3, 0);
        body = new byte[QE_REPORT_BYTES];
        System.arraycopy(reportData, 0, body, 320, 64);
        return this;
    }

    /** Leaves the descriptor of a version 5 quote out of what is signed. */
    public QuoteForge descriptorNotSigned() {
        descriptorSigned = false;
        return this;
    }

    /** Has another key sign the quote, while the quoting enclave still vouches for the first. */
    public QuoteForge quoteSigner(SoftwareKey key) {
        quoteSigner = key;
        return this;
    }

    /** Puts another attestation key into the quote, which the quoting enclave vouches for. */
    public QuoteForge attestationKey(byte[] point) {
        attestationKey = point.clone();
        return this;
    }

    /** Has another key sign the report of the quoting enclave. */
    public QuoteForge qeReportSigner(SoftwareKey key) {
        qeReportSigner = key;
        return this;
    }

    /** Changes the report of the quoting enclave before it is signed; later changes come after earlier ones. */
    public QuoteForge qeReport(UnaryOperator<byte[]> change) {
        UnaryOperator<byte[]> earlier = qeReportChange;
        qeReportChange = report -> change.apply(earlier.apply(report));
        return this;
    }

    /** Puts other authentication data, which the quoting enclave vouches for. */
    public QuoteForge authenticationData(byte[] data) {
        authenticationData = data.clone();
        return this;
    }

    /** Puts other certification data. */
    public QuoteForge certificationData(int type, byte[] data) {
        certificationDataType = type;
        certificationData = data.clone();
        return this;
    }

    /** Changes the whole quote when everything is signed; later changes come after earlier ones. */
    public QuoteForge splice(UnaryOperator<byte[]> change) {
        UnaryOperator<byte[]> earlier = quoteChange;
        quoteChange = quote -> change.apply(earlier.apply(quote));
        return this;
    }

    /** Signs and encodes. */
    public byte[] encode() {
        byte[] described = concat(header, descriptor, body);
        byte[] signature = quoteSigner.sign(descriptorSigned ? described : concat(header, body));
        byte[] qe = qeCertification();
        byte[] wrapping = header[0] == 3 ? new byte[0] : concat(unsignedShort(6), unsignedInt(qe.length));
        byte[] signatureData = concat(signature, attestationKey, wrapping, qe);
        return quoteChange.apply(concat(described, unsignedInt(signatureData.length), signatureData));
    }

    /** What stands in certification data type 6: the quoting enclave's report and how it is certified. */
    private byte[] qeCertification() {
        byte[] report = qeReportChange.apply(qeReport());
        return concat(
                report,
                qeReportSigner.sign(report),
                unsignedShort(authenticationData.length),
                authenticationData,
                unsignedShort(certificationDataType),
                unsignedInt(certificationData.length),
                certificationData);
    }

    /** The report of the software quoting enclave, with the values of the TDX fact sheet, section 7, row 10. */
    private byte[] qeReport() {
        byte[] report = new byte[QE_REPORT_BYTES];
        System.arraycopy(SoftwarePki.cpuSvn(), 0, report, 0, 16);
        report[48] = 0x15;
        report[56] = (byte) 0xe7;
        System.arraycopy(SoftwareTee.QE_MR_ENCLAVE.toArray(), 0, report, 64, 32);
        System.arraycopy(SoftwareTee.QE_MR_SIGNER.toArray(), 0, report, 128, 32);
        report[256] = SoftwareTee.QE_PRODUCT;
        report[258] = SoftwareTee.QE_SVN;
        byte[] binding = SoftwareKey.sha256().digest(concat(attestationKey, authenticationData));
        System.arraycopy(binding, 0, report, 320, binding.length);
        return report;
    }

    private static byte[] header(int version, int teeType) {
        byte[] userData = new byte[20];
        return concat(
                unsignedShort(version),
                unsignedShort(2),
                unsignedInt(teeType),
                unsignedInt(0),
                INTEL_QE_VENDOR,
                userData);
    }

    private static byte[] unsignedShort(int value) {
        return new byte[] {(byte) value, (byte) (value >> 8)};
    }

    private static byte[] unsignedInt(int value) {
        return new byte[] {(byte) value, (byte) (value >> 8), (byte) (value >> 16), (byte) (value >> 24)};
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            whole.writeBytes(part);
        }
        return whole.toByteArray();
    }
}
