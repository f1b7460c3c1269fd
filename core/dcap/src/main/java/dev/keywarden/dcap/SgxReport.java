package dev.keywarden.dcap;

/**
 * The report of an SGX enclave, 384 bytes: the body of an SGX quote, and the report of the quoting enclave in every quote
 * (TDX fact sheet, section 1.2).
 */
public final class SgxReport implements ReportBody {
    /** Length in bytes. */
    public static final int BYTES = 384;

    private static final long DEBUG = 1L << 1;

    private final ByteView bytes;

    SgxReport(ByteView bytes) {
        if (bytes.length() != BYTES) {
            throw new IllegalArgumentException("an SGX report has 384 bytes, not " + bytes.length());
        }
        this.bytes = bytes;
    }

    /** The whole report as signed. */
    public ByteView bytes() {
        return bytes;
    }

    /** Security version of the processor, 16 bytes. */
    public ByteView cpuSvn() {
        return bytes.slice(0, 16);
    }

    /** MISCSELECT in memory order, 4 bytes. */
    public ByteView miscSelect() {
        return bytes.slice(16, 4);
    }

    /** ATTRIBUTES in memory order, 16 bytes: flags, then XFRM. */
    public ByteView attributes() {
        return bytes.slice(48, 16);
    }

    /** Whether the enclave can be debugged, which gives all its secrets away. */
    public boolean debug() {
        return (bytes.bitsAt(48) & DEBUG) != 0;
    }

    /** Measurement of the enclave, 32 bytes. */
    public ByteView mrEnclave() {
        return bytes.slice(64, 32);
    }

    /** Hash of the key that signed the enclave, 32 bytes. */
    public ByteView mrSigner() {
        return bytes.slice(128, 32);
    }

    /** Product id, 0 to 65535. */
    public int isvProdId() {
        return bytes.unsignedShortAt(256);
    }

    /** Security version of the enclave, 0 to 65535. */
    public int isvSvn() {
        return bytes.unsignedShortAt(258);
    }

    @Override
    public ByteView reportData() {
        return bytes.slice(320, 64);
    }
}
