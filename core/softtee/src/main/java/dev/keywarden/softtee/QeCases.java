package dev.keywarden.softtee;

import static dev.keywarden.dcap.DcapCode.QE_ATTRIBUTES_MISMATCH;
import static dev.keywarden.dcap.DcapCode.QE_DEBUG_ENABLED;
import static dev.keywarden.dcap.DcapCode.QE_IDENTITY_MALFORMED;
import static dev.keywarden.dcap.DcapCode.QE_ISVPRODID_MISMATCH;
import static dev.keywarden.dcap.DcapCode.QE_ISVSVN_NOT_SUPPORTED;
import static dev.keywarden.dcap.DcapCode.QE_MISCSELECT_MISMATCH;
import static dev.keywarden.dcap.DcapCode.QE_MRSIGNER_MISMATCH;
import static dev.keywarden.dcap.DcapCode.QE_REPORT_DATA_MISMATCH;
import static dev.keywarden.dcap.DcapCode.QE_REPORT_SIGNATURE_INVALID;
import static dev.keywarden.dcap.DcapCode.QUOTE_SIGNATURE_INVALID;
import static dev.keywarden.dcap.DcapCode.REPORT_DATA_MISMATCH;
import static dev.keywarden.dcap.DcapObject.QE_IDENTITY;
import static dev.keywarden.dcap.DcapObject.QE_REPORT;
import static dev.keywarden.dcap.DcapObject.QUOTE;

import dev.keywarden.dcap.DcapCode;
import dev.keywarden.dcap.DcapObject;
import dev.keywarden.dcap.TcbStatus;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** TDX fact sheet, section 6.6: the report of the quoting enclave and the signature of the quote. */
final class QeCases {
    /** Offsets in a version 4 quote. */
    private static final int QUOTE_SIGNATURE = 636;

    private static final int ATTESTATION_KEY = 700;
    private static final int QE_SIGNATURE = 1154;
    private static final int AUTHENTICATION_DATA = 1220;

    /** Offsets in a report of an enclave. */
    private static final int MISCSELECT = 16;

    private static final int ATTRIBUTES = 48;
    private static final int XFRM = 56;
    private static final int MRSIGNER = 128;
    private static final int ISVPRODID = 256;
    private static final int ISVSVN = 258;
    private static final int REPORT_DATA = 320;

    private static final int DEBUG = 2;
    private static final int PROVISION_KEY = 0x10;

    private static final BigInteger ORDER =
            new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);

    private QeCases() {}

    static void addTo(ConformanceCases list) {
        signatures(list, 147, "qe-signature", QE_SIGNATURE, QE_REPORT_SIGNATURE_INVALID, QE_REPORT);
        bindings(list);
        debug(list);
        selections(list);
        identities(list);
        versions(list);
        signatures(list, 164, "quote-signature", QUOTE_SIGNATURE, QUOTE_SIGNATURE_INVALID, QUOTE);
        quotes(list);
    }

    private static void signatures(
            ConformanceCases list, int row, String name, int offset, DcapCode code, DcapObject object) {
        for (int bit : new int[] {0, 255, 256, 511}) {
            list.refuse(row, name + "-bit-" + bit, code, object, e -> e.quote().splice(Splice.flipBit(offset, bit)));
        }
        byte[] one = Splice.fixedWidth(BigInteger.ONE);
        Map<String, byte[]> pairs = Map.of(
                "zero", new byte[64],
                "one", concat(one, one),
                "r-order", concat(Splice.fixedWidth(ORDER), one));
        pairs.forEach((pair, bytes) ->
                list.refuse(row, name + '-' + pair, code, object, e -> e.quote().splice(Splice.put(offset, bytes))));
    }

    private static void bindings(ConformanceCases list) {
        list.refuse(148, "qe-signed-by-other", QE_REPORT_SIGNATURE_INVALID, QE_REPORT, e -> e.quote()
                .qeReportSigner(e.pki().platformKey("other")));
        list.refuse(149, "qe-hash", QE_REPORT_DATA_MISMATCH, QE_REPORT, e -> e.quote()
                .qeReport(Splice.flip(REPORT_DATA, 1)));
        list.refuse(150, "qe-hash-tail", QE_REPORT_DATA_MISMATCH, QE_REPORT, e -> e.quote()
                .qeReport(Splice.put(REPORT_DATA + 40, 1)));
        list.refuse(151, "att-key-swapped", QE_REPORT_DATA_MISMATCH, QE_REPORT, e -> {
            SoftwareKey other = e.pki().attestationKey("other");
            e.quote().quoteSigner(other).splice(Splice.put(ATTESTATION_KEY, other.point()));
        });
        list.refuse(152, "auth-data-changed", QE_REPORT_DATA_MISMATCH, QE_REPORT, e -> e.quote()
                .splice(Splice.flip(AUTHENTICATION_DATA, 1)));
    }

    private static void debug(ConformanceCases list) {
        list.refuse(
                153, "qe-debug", QE_DEBUG_ENABLED, QE_REPORT, e -> e.quote().qeReport(Splice.flip(ATTRIBUTES, DEBUG)));
        list.refuse(154, "qe-debug-masked", QE_DEBUG_ENABLED, QE_REPORT, e -> {
            e.quote().qeReport(Splice.flip(ATTRIBUTES, DEBUG));
            e.collateral().qeIdentity().set("attributesMask", "F9FFFFFFFFFFFFFF" + "0".repeat(16));
        });
    }

    private static void selections(ConformanceCases list) {
        list.refuse(155, "qe-miscselect", QE_MISCSELECT_MISMATCH, QE_REPORT, e -> e.quote()
                .qeReport(Splice.flip(MISCSELECT, 1)));
        list.accept(156, "qe-miscselect-masked", e -> {
            e.quote().qeReport(Splice.flip(MISCSELECT, 1));
            e.collateral().qeIdentity().set("miscselectMask", "FEFFFFFF");
        });
        list.refuse(157, "qe-attributes", QE_ATTRIBUTES_MISMATCH, QE_REPORT, e -> e.quote()
                .qeReport(Splice.flip(ATTRIBUTES, PROVISION_KEY)));
        list.accept(158, "qe-attributes-masked", e -> e.quote().qeReport(Splice.flip(XFRM, 0x10)));
        list.refuse(159, "identity-outside-mask-attributes", QE_IDENTITY_MALFORMED, QE_IDENTITY, e -> e.collateral()
                .qeIdentity()
                .set("attributes", "15" + "0".repeat(30)));
        list.refuse(159, "identity-outside-mask-miscselect", QE_IDENTITY_MALFORMED, QE_IDENTITY, e -> e.collateral()
                .qeIdentity()
                .set("miscselect", "01000000")
                .set("miscselectMask", "FEFFFFFF"));
    }

    private static void identities(ConformanceCases list) {
        list.refuse(160, "qe-mrsigner", QE_MRSIGNER_MISMATCH, QE_REPORT, e -> e.quote()
                .qeReport(Splice.flip(MRSIGNER, 1)));
        list.refuse(161, "qe-prodid", QE_ISVPRODID_MISMATCH, QE_REPORT, e -> e.quote()
                .qeReport(Splice.put(ISVPRODID, 1)));
    }

    private static void versions(ConformanceCases list) {
        list.refuse(162, "qe-svn-low", QE_ISVSVN_NOT_SUPPORTED, QE_REPORT, e -> e.quote()
                .qeReport(Splice.put(ISVSVN, SoftwareTee.QE_SVN - 3)));
        list.accept(163, "qe-svn-between", TcbStatus.OUT_OF_DATE, List.of("INTEL-SA-00615"), e -> e.quote()
                .qeReport(Splice.put(ISVSVN, SoftwareTee.QE_SVN - 1)));
    }

    private static void quotes(ConformanceCases list) {
        list.accept(166, "quote-high-s", e -> e.quote().splice(QeCases::withOtherS));
        list.refuse(167, "v5-descriptor-unsigned", QUOTE_SIGNATURE_INVALID, QUOTE, e -> e.quote()
                .versionFive(2)
                .descriptorNotSigned());
        list.accept(167, "v5-descriptor-signed", e -> e.quote().versionFive(2));
        list.refuse(168, "report-data", REPORT_DATA_MISMATCH, QUOTE, e -> e.expecting(new byte[64]));
    }

    private static byte[] withOtherS(byte[] quote) {
        BigInteger s = new BigInteger(1, Arrays.copyOfRange(quote, QUOTE_SIGNATURE + 32, QUOTE_SIGNATURE + 64));
        return Splice.put(QUOTE_SIGNATURE + 32, Splice.fixedWidth(ORDER.subtract(s)))
                .apply(quote);
    }

    private static byte[] concat(byte[] one, byte[] other) {
        return Splice.append(other).apply(one);
    }
}
