package dev.keywarden.dcap;

import static dev.keywarden.dcap.DcapObject.QUOTE;

import dev.keywarden.dcap.Quote.CertificationData;
import dev.keywarden.dcap.Quote.SignatureData;
import java.util.HexFormat;

/**
 * Reads one quote front to back. Every length is read unsigned into a {@code long} and compared with what is left before
 * it is used; nothing is allocated from a declared length (TDX fact sheet, section 1.5).
 */
final class QuoteParser {
    private static final ByteView INTEL_QE_VENDOR =
            ByteView.wrap(HexFormat.of().parseHex("939a7233f79c4ca9940a0db3957f0607"));

    private static final int HEADER_BYTES = 48;
    private static final int ECDSA_P256 = 2;
    private static final int QE_REPORT_CERTIFICATION = 6;

    /** Sizes of certification data types 1 to 3, which are fixed. */
    private static final int[] PLATFORM_ID_BYTES = {0, 36, 276, 404};

    private final byte[] padded;
    private final QuoteLimits limits;
    private final Cursor cursor;

    QuoteParser(byte[] bytes, QuoteLimits limits) {
        this.padded = bytes;
        this.limits = limits;
        if (bytes.length < QuoteLimits.MIN_BYTES || bytes.length > limits.maxBytes()) {
            throw refuse(
                    DcapCode.QUOTE_SIZE_INVALID,
                    "the quote has %d bytes; %d to %d are accepted"
                            .formatted(bytes.length, QuoteLimits.MIN_BYTES, limits.maxBytes()));
        }
        this.cursor = new Cursor(ByteView.copyOf(bytes), 0, bytes.length);
    }

    Quote parse() {
        ByteView header = cursor.take(HEADER_BYTES, "header");
        int version = header.unsignedShortAt(0);
        TeeType teeType = checkHeader(header, version);
        ReportBody body = readBody(version, teeType);
        ByteView signedBytes = cursor.consumed();

        long declared = cursor.takeUnsignedInt("signature data length");
        Cursor inside = cursor.enter(declared, "signature data");
        SignatureData signatureData = version == 3 ? readVersion3(inside) : readVersion4(inside);
        checkPadding();
        return new Quote(cursor.consumed(), version, teeType, body, signedBytes, signatureData);
    }

    private TeeType checkHeader(ByteView header, int version) {
        if (version < 3 || version > 5) {
            throw refuse(DcapCode.QUOTE_VERSION_UNSUPPORTED, "version " + version + "; 3, 4 and 5 are known");
        }
        int keyType = header.unsignedShortAt(2);
        if (keyType != ECDSA_P256) {
            throw refuse(
                    DcapCode.QUOTE_KEY_TYPE_UNSUPPORTED,
                    "attestation key type " + keyType + "; only 2 (ECDSA P-256) is accepted");
        }
        TeeType teeType = version == 3 ? TeeType.SGX : TeeType.TDX;
        long number = header.unsignedIntAt(4);
        if (number != teeType.number()) {
            throw refuse(
                    DcapCode.QUOTE_TEE_TYPE_UNSUPPORTED,
                    "TEE type 0x%x in a version %d quote; only 0x%x is accepted there"
                            .formatted(number, version, teeType.number()));
        }
        if (teeType == TeeType.SGX && !limits.sgxAccepted()) {
            throw refuse(DcapCode.QUOTE_TEE_TYPE_UNSUPPORTED, "SGX quotes are not accepted here");
        }
        if (!header.slice(12, 16).equals(INTEL_QE_VENDOR)) {
            throw refuse(DcapCode.QUOTE_VENDOR_UNKNOWN, "the quoting enclave's vendor id is not Intel's");
        }
        return teeType;
    }

    private ReportBody readBody(int version, TeeType teeType) {
        if (teeType == TeeType.SGX) {
            return new SgxReport(cursor.take(SgxReport.BYTES, "enclave report"));
        }
        TdReport.Layout layout = version == 4 ? TdReport.Layout.TD_1_0 : readDescriptor();
        return new TdReport(layout, cursor.take(layout.bytes(), "TD report"));
    }

    private TdReport.Layout readDescriptor() {
        int type = cursor.takeUnsignedShort("body type");
        TdReport.Layout layout = TdReport.Layout.ofBodyType(type)
                .orElseThrow(() -> refuse(
                        DcapCode.QUOTE_BODY_TYPE_UNSUPPORTED, "body type " + type + " is not that of a TD report"));
        if (layout == TdReport.Layout.TD_1_5_EXTENDED && !limits.extendedReportAccepted()) {
            throw refuse(DcapCode.QUOTE_BODY_TYPE_UNSUPPORTED, "extended TD reports (body type 4) are not accepted");
        }
        long size = cursor.takeUnsignedInt("body size");
        if (size != layout.bytes()) {
            throw refuse(
                    DcapCode.QUOTE_STRUCTURE_INVALID,
                    "body type %d has %d bytes, but %d are declared".formatted(type, layout.bytes(), size));
        }
        return layout;
    }

    private SignatureData readVersion3(Cursor in) {
        ByteView signature = in.take(64, "quote signature");
        ByteView attestationKey = in.take(64, "attestation key");
        return readQeCertification(in, signature, attestationKey);
    }

    private SignatureData readVersion4(Cursor in) {
        ByteView signature = in.take(64, "quote signature");
        ByteView attestationKey = in.take(64, "attestation key");
        int outerType = in.takeUnsignedShort("certification data type");
        if (outerType != QE_REPORT_CERTIFICATION) {
            throw refuse(
                    DcapCode.QUOTE_CERT_DATA_UNSUPPORTED,
                    "certification data type " + outerType + " around the quoting enclave's report; must be 6");
        }
        long outerSize = in.takeUnsignedInt("certification data size");
        in.requireExactly(outerSize, "certification data");
        return readQeCertification(in, signature, attestationKey);
    }

    private SignatureData readQeCertification(Cursor in, ByteView signature, ByteView attestationKey) {
        SgxReport qeReport = new SgxReport(in.take(SgxReport.BYTES, "quoting enclave's report"));
        ByteView qeReportSignature = in.take(64, "signature of the quoting enclave's report");
        int length = in.takeUnsignedShort("authentication data length");
        ByteView authenticationData = in.take(length, "authentication data");
        CertificationData certificationData = readCertificationData(in);
        if (length < limits.minAuthenticationDataBytes() || length > limits.maxAuthenticationDataBytes()) {
            throw refuse(
                    DcapCode.QUOTE_STRUCTURE_INVALID,
                    "%d bytes of authentication data; %d to %d are accepted"
                            .formatted(
                                    length, limits.minAuthenticationDataBytes(), limits.maxAuthenticationDataBytes()));
        }
        if (!P256.isPoint(attestationKey)) {
            throw refuse(DcapCode.ATTESTATION_KEY_INVALID, "the attestation key is not a point on P-256");
        }
        return new SignatureData(
                signature, attestationKey, qeReport, qeReportSignature, authenticationData, certificationData);
    }

    private static CertificationData readCertificationData(Cursor in) {
        int type = in.takeUnsignedShort("inner certification data type");
        if (type < 1 || type > CertificationData.PCK_CHAIN) {
            throw refuse(
                    DcapCode.QUOTE_CERT_DATA_UNSUPPORTED,
                    "inner certification data type " + type + "; 1 to 5 are known");
        }
        long size = in.takeUnsignedInt("inner certification data size");
        if (size > in.remaining()) {
            throw in.truncated(size, "inner certification data");
        }
        in.requireExactly(size, "inner certification data");
        if (size == 0) {
            throw refuse(DcapCode.QUOTE_STRUCTURE_INVALID, "the certification data is empty");
        }
        if (type < PLATFORM_ID_BYTES.length && size != PLATFORM_ID_BYTES[type]) {
            throw refuse(
                    DcapCode.QUOTE_STRUCTURE_INVALID,
                    "certification data type %d has %d bytes, but %d are declared"
                            .formatted(type, PLATFORM_ID_BYTES[type], size));
        }
        return new CertificationData(type, in.take(size, "inner certification data"));
    }

    /**
     * Judges what follows the signature data. The fact sheet names this step before the nested lengths, but a signature
     * data length that is too short must be reported as such (section 6.1, rows 21 and 22), so it comes after them.
     */
    private void checkPadding() {
        int end = cursor.offset();
        int padding = padded.length - end;
        if (padding > limits.maxPaddingBytes()) {
            throw refuse(
                    DcapCode.QUOTE_TRAILING_DATA,
                    "%d bytes after the signature data; at most %d zeros are accepted"
                            .formatted(padding, limits.maxPaddingBytes()));
        }
        if (!cursor.rest().isZero()) {
            throw refuse(DcapCode.QUOTE_TRAILING_DATA, "bytes other than zero after the signature data");
        }
    }

    private static DcapException refuse(DcapCode code, String detail) {
        return new DcapException(code, QUOTE, detail);
    }

    /** A place in the quote, and the end it must not pass. */
    private static final class Cursor {
        private final ByteView whole;
        private final int end;
        private int offset;

        Cursor(ByteView whole, int offset, int end) {
            this.whole = whole;
            this.offset = offset;
            this.end = end;
        }

        int offset() {
            return offset;
        }

        int remaining() {
            return end - offset;
        }

        ByteView consumed() {
            return whole.slice(0, offset);
        }

        ByteView rest() {
            return whole.slice(offset, end - offset);
        }

        ByteView take(long size, String what) {
            if (size > remaining()) {
                throw truncated(size, what);
            }
            ByteView taken = whole.slice(offset, (int) size);
            offset += (int) size;
            return taken;
        }

        int takeUnsignedShort(String what) {
            return take(2, what).unsignedShortAt(0);
        }

        long takeUnsignedInt(String what) {
            return take(4, what).unsignedIntAt(0);
        }

        /** Steps over the next bytes and returns a cursor that is confined to them. */
        Cursor enter(long size, String what) {
            int start = offset;
            take(size, what);
            return new Cursor(whole, start, offset);
        }

        void requireExactly(long size, String what) {
            if (size != remaining()) {
                throw refuse(
                        DcapCode.QUOTE_STRUCTURE_INVALID,
                        "%s of %d bytes at offset %d, where exactly %d are left"
                                .formatted(what, size, offset, remaining()));
            }
        }

        DcapException truncated(long size, String what) {
            return refuse(
                    DcapCode.QUOTE_TRUNCATED,
                    "%s of %d bytes at offset %d, where %d are left".formatted(what, size, offset, remaining()));
        }
    }
}
