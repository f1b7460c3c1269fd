package dev.keywarden.softtee;

import static dev.keywarden.dcap.DcapCode.QUOTE_BODY_TYPE_UNSUPPORTED;
import static dev.keywarden.dcap.DcapCode.QUOTE_KEY_TYPE_UNSUPPORTED;
import static dev.keywarden.dcap.DcapCode.QUOTE_SIZE_INVALID;
import static dev.keywarden.dcap.DcapCode.QUOTE_STRUCTURE_INVALID;
import static dev.keywarden.dcap.DcapCode.QUOTE_TEE_TYPE_UNSUPPORTED;
import static dev.keywarden.dcap.DcapCode.QUOTE_TRAILING_DATA;
import static dev.keywarden.dcap.DcapCode.QUOTE_TRUNCATED;
import static dev.keywarden.dcap.DcapCode.QUOTE_VENDOR_UNKNOWN;
import static dev.keywarden.dcap.DcapCode.QUOTE_VERSION_UNSUPPORTED;
import static dev.keywarden.dcap.DcapObject.QUOTE;

import java.util.Arrays;

/** TDX fact sheet, section 6.1, rows 1 to 25: the quote up to the signature data. */
final class QuoteCases {
    /** Where the length of the signature data stands in a version 4 quote. */
    static final int SIGNATURE_LENGTH = 632;

    private QuoteCases() {}

    static void addTo(ConformanceCases list) {
        sizes(list);
        headers(list);
        bodies(list);
        signatureData(list);
        padding(list);
    }

    private static void sizes(ConformanceCases list) {
        list.refuse(1, "empty", QUOTE_SIZE_INVALID, QUOTE, e -> e.rawQuote(new byte[0]));
        list.refuse(2, "four-bytes", QUOTE_SIZE_INVALID, QUOTE, e -> e.quote().splice(Splice.length(4)));
        list.refuse(3, "all-ones", QUOTE_SIZE_INVALID, QUOTE, e -> e.rawQuote(ones(100)));
        list.refuse(4, "all-ones-long", QUOTE_VERSION_UNSUPPORTED, QUOTE, e -> e.rawQuote(ones(5000)));
        list.refuse(5, "too-long", QUOTE_SIZE_INVALID, QUOTE, e -> e.quote().splice(Splice.length(32 * 1024 + 1)));
    }

    private static void headers(ConformanceCases list) {
        for (int version : new int[] {0, 1, 2, 6, 255, 65535}) {
            list.refuse(7, "version-" + version, QUOTE_VERSION_UNSUPPORTED, QUOTE, e -> e.quote()
                    .header(Splice.put(0, version, version >> 8)));
        }
        for (int type : new int[] {0, 1, 3, 255}) {
            list.refuse(8, "key-type-" + type, QUOTE_KEY_TYPE_UNSUPPORTED, QUOTE, e -> e.quote()
                    .header(Splice.put(2, type)));
        }
        for (long type : new long[] {1, 0x80, 0x82, 0xffff_ffffL}) {
            list.refuse(9, "tee-type-unknown-" + type, QUOTE_TEE_TYPE_UNSUPPORTED, QUOTE, e -> e.quote()
                    .header(Splice.number(4, type)));
        }
        list.refuse(
                10, "sgx-v4", QUOTE_TEE_TYPE_UNSUPPORTED, QUOTE, e -> e.quote().header(Splice.put(4, 0)));
        list.refuse(11, "tdx-v3", QUOTE_TEE_TYPE_UNSUPPORTED, QUOTE, e -> e.quote()
                .versionThree()
                .header(Splice.put(4, 0x81)));
        list.refuse(12, "sgx-not-accepted", QUOTE_TEE_TYPE_UNSUPPORTED, QUOTE, e -> e.quote()
                .versionThree());
        for (int bit : new int[] {0, 127}) {
            list.refuse(13, "vendor-bit-" + bit, QUOTE_VENDOR_UNKNOWN, QUOTE, e -> e.quote()
                    .header(Splice.flipBit(12, bit)));
        }
    }

    private static void bodies(ConformanceCases list) {
        for (int type : new int[] {0, 5, 255}) {
            list.refuse(14, "v5-body-type-" + type, QUOTE_BODY_TYPE_UNSUPPORTED, QUOTE, e -> e.quote()
                    .versionFive(2)
                    .descriptor(type, 584));
        }
        list.refuse(15, "v5-body-type-1-tdx", QUOTE_BODY_TYPE_UNSUPPORTED, QUOTE, e -> e.quote()
                .versionFive(2)
                .descriptor(1, 384));
        list.refuse(16, "v5-type-4-default", QUOTE_BODY_TYPE_UNSUPPORTED, QUOTE, e -> e.quote()
                .versionFive(4));
        for (int size : new int[] {583, 585, 648}) {
            list.refuse(17, "v5-size-" + size, QUOTE_STRUCTURE_INVALID, QUOTE, e -> e.quote()
                    .versionFive(2)
                    .descriptor(2, size));
        }
        list.refuse(18, "v5-size-huge", QUOTE_STRUCTURE_INVALID, QUOTE, e -> e.quote()
                .versionFive(2)
                .descriptor(2, -1));
    }

    private static void signatureData(ConformanceCases list) {
        list.refuse(19, "siglen-over", QUOTE_TRUNCATED, QUOTE, e -> e.quote().splice(Splice.add(SIGNATURE_LENGTH, 1)));
        for (long length : new long[] {0xffff_ffffL, 0x8000_0000L, 2 << 20}) {
            list.refuse(20, "siglen-huge-" + length, QUOTE_TRUNCATED, QUOTE, e -> e.quote()
                    .splice(Splice.number(SIGNATURE_LENGTH, length)));
        }
        list.refuse(21, "siglen-short", QUOTE_STRUCTURE_INVALID, QUOTE, e -> e.quote()
                .splice(Splice.add(SIGNATURE_LENGTH, -1)));
        list.refuse(
                22, "siglen-zero", QUOTE_TRUNCATED, QUOTE, e -> e.quote().splice(Splice.number(SIGNATURE_LENGTH, 0)));
    }

    private static void padding(ConformanceCases list) {
        list.refuse(23, "trailing-garbage", QUOTE_TRAILING_DATA, QUOTE, e -> e.quote()
                .splice(Splice.append(new byte[] {1})));
        list.refuse(24, "trailing-zeros-many", QUOTE_TRAILING_DATA, QUOTE, e -> e.quote()
                .splice(Splice.append(new byte[4097])));
        list.accept(25, "trailing-zeros", e -> e.quote().splice(Splice.append(new byte[70])));
    }

    private static byte[] ones(int length) {
        byte[] ones = new byte[length];
        Arrays.fill(ones, (byte) 0xff);
        return ones;
    }
}
