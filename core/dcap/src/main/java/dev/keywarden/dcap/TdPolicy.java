package dev.keywarden.dcap;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Whether a TD or an enclave is set up so that its measurements mean anything: step O of the TDX fact sheet, section 2.2,
 * with the rules of section 2.9 and the reference's two on top (wire protocol, section 6.7, step 2), whose wording the
 * details keep because clients look for it.
 *
 * @param permittedAttributes the bits of TDATTRIBUTES that may be set; bit 28 must be set whatever stands here, and bit 0
 *     must not
 * @param xfamChecked whether XFAM is looked at
 * @param permittedXfam the bits of XFAM that may be set
 * @param serviceTds values of MRSERVICETD that are accepted beside zero, 48 bytes each
 */
public record TdPolicy(long permittedAttributes, boolean xfamChecked, long permittedXfam, Set<ByteView> serviceTds) {

    private static final long DEBUG = 1;
    private static final int SEPT_VE_DISABLE = 28;
    private static final int PKS = 30;
    private static final int KL = 31;

    private static final Map<Integer, String> ATTRIBUTE_NAMES = new TreeMap<>(Map.ofEntries(
            Map.entry(4, "HGS_PLUS_PROF"),
            Map.entry(5, "PERF_PROF"),
            Map.entry(6, "PMT_PROF"),
            Map.entry(16, "ICSSD"),
            Map.entry(17, "SERVTD_EXT"),
            Map.entry(27, "LASS"),
            Map.entry(29, "MIGRATABLE"),
            Map.entry(PKS, "PKS"),
            Map.entry(KL, "KL"),
            Map.entry(62, "TPA"),
            Map.entry(63, "PERFMON")));

    private static final long XFAM_REQUIRED = 0x3;
    private static final long XFAM_PERMITTED = 0x0006dbe7;
    private static final long AVX = 1L << 2;
    private static final long AVX_512 = 0b111L << 5;
    private static final long CET = 0b11L << 11;
    private static final long AMX = 0b11L << 17;

    /** Section 2.9 as it stands; the one for production. */
    public static final TdPolicy STRICT =
            new TdPolicy(1L << SEPT_VE_DISABLE | 1L << PKS, true, XFAM_PERMITTED, Set.of());

    /** As the reference's quote library judges: key locker passes, XFAM is not looked at. */
    public static final TdPolicy DCAP =
            new TdPolicy(1L << SEPT_VE_DISABLE | 1L << PKS | 1L << KL, false, XFAM_PERMITTED, Set.of());

    public TdPolicy {
        serviceTds = Set.copyOf(serviceTds);
    }

    /**
     * Checks what the quote is about.
     *
     * @throws DcapException at the first violation
     */
    public void check(AuthenticQuote authentic) {
        switch (authentic.quote().body()) {
            case TdReport report -> checkTd(report);
            case SgxReport report -> {
                if (report.debug()) {
                    throw new DcapException(
                            DcapCode.ENCLAVE_DEBUG_ENABLED, DcapObject.QUOTE, "Debug mode is not allowed");
                }
            }
        }
    }

    void checkTd(TdReport report) {
        checkAttributes(report.tdAttributes());
        if (xfamChecked) {
            checkXfam(report.xfam());
        }
        if (!report.mrSignerSeam().isZero()) {
            throw refuse(DcapCode.TDX_MODULE_SIGNER_MISMATCH, "Invalid mr signer seam");
        }
        Optional<ByteView> serviceTd = report.mrServiceTd();
        if (serviceTd.isPresent() && !serviceTd.get().isZero() && !serviceTds.contains(serviceTd.get())) {
            throw refuse(DcapCode.TD_SERVICE_TD_NOT_ALLOWED, "Invalid mr service td");
        }
    }

    private void checkAttributes(long attributes) {
        if ((attributes & DEBUG) != 0) {
            throw refuse(DcapCode.TD_DEBUG_ENABLED, "Debug mode is not allowed");
        }
        long refused = attributes & ~permittedAttributes & ~(1L << SEPT_VE_DISABLE);
        if (refused != 0) {
            throw refuse(DcapCode.TD_ATTRIBUTES_NOT_ALLOWED, "TD attributes that are not allowed: " + names(refused));
        }
        if ((attributes & 1L << SEPT_VE_DISABLE) == 0) {
            throw refuse(
                    DcapCode.TD_SEPT_VE_DISABLE_REQUIRED, "the TD must run with SEPT_VE_DISABLE (attribute bit 28)");
        }
    }

    private void checkXfam(long xfam) {
        if ((xfam & XFAM_REQUIRED) != XFAM_REQUIRED || (xfam & ~permittedXfam) != 0) {
            throw refuse(
                    DcapCode.TD_XFAM_INVALID,
                    "XFAM 0x%016x has bits that it must not have, or lacks bit 0 or 1".formatted(xfam));
        }
        boolean consistent = allOrNone(xfam, AVX_512)
                && allOrNone(xfam, CET)
                && allOrNone(xfam, AMX)
                && ((xfam & AVX_512) == 0 || (xfam & AVX) != 0);
        if (!consistent) {
            throw refuse(
                    DcapCode.TD_XFAM_INVALID,
                    "XFAM 0x%016x has half of a feature (AVX-512, CET and AMX go as a whole)".formatted(xfam));
        }
    }

    private static boolean allOrNone(long value, long mask) {
        long bits = value & mask;
        return bits == 0 || bits == mask;
    }

    private static String names(long bits) {
        List<String> names = new ArrayList<>();
        for (int bit = 0; bit < Long.SIZE; bit++) {
            if ((bits & 1L << bit) != 0) {
                names.add(ATTRIBUTE_NAMES.getOrDefault(bit, "reserved") + " (bit " + bit + ")");
            }
        }
        return String.join(", ", names);
    }

    private static DcapException refuse(DcapCode code, String detail) {
        return new DcapException(code, DcapObject.TD, detail);
    }
}
