package dev.keywarden.dcap;

import java.time.Instant;

/**
 * How new collateral is: what a node remembers so that it is never taken back to what it has already left behind (TDX fact
 * sheet, section 2.5). To be kept per TEE, FMSPC, authority and kind of update.
 *
 * @param tcbInfoEvaluation evaluation number of the TCB info
 * @param tcbInfoIssued when the TCB info was made
 * @param qeIdentityEvaluation evaluation number of the identity
 * @param qeIdentityIssued when the identity was made
 * @param rootCrlIssued when the root's CRL was made; its number says nothing, Intel's is always 1
 * @param pckCrlIssued when the PCK CA's CRL was made
 */
public record CollateralAge(
        long tcbInfoEvaluation,
        Instant tcbInfoIssued,
        long qeIdentityEvaluation,
        Instant qeIdentityIssued,
        Instant rootCrlIssued,
        Instant pckCrlIssued) {

    /**
     * Checks that nothing is older than what was used before.
     *
     * @param used the newest that was used
     * @throws DcapException with {@link DcapCode#COLLATERAL_ROLLBACK} and the part that is older
     */
    public void requireNotOlderThan(CollateralAge used) {
        requireNotLower(tcbInfoEvaluation, used.tcbInfoEvaluation, DcapObject.TCB_INFO);
        requireNotLower(qeIdentityEvaluation, used.qeIdentityEvaluation, DcapObject.QE_IDENTITY);
        requireNotBefore(tcbInfoIssued, used.tcbInfoIssued, DcapObject.TCB_INFO);
        requireNotBefore(qeIdentityIssued, used.qeIdentityIssued, DcapObject.QE_IDENTITY);
        requireNotBefore(rootCrlIssued, used.rootCrlIssued, DcapObject.ROOT_CRL);
        requireNotBefore(pckCrlIssued, used.pckCrlIssued, DcapObject.PCK_CRL);
    }

    /**
     * Whether an evaluation number is lower, which is worth a warning; times that are hours older are normal behind a
     * content network.
     */
    public boolean lowersEvaluation(CollateralAge used) {
        return tcbInfoEvaluation < used.tcbInfoEvaluation || qeIdentityEvaluation < used.qeIdentityEvaluation;
    }

    /** The newer of each. */
    public CollateralAge newest(CollateralAge other) {
        return new CollateralAge(
                Math.max(tcbInfoEvaluation, other.tcbInfoEvaluation),
                later(tcbInfoIssued, other.tcbInfoIssued),
                Math.max(qeIdentityEvaluation, other.qeIdentityEvaluation),
                later(qeIdentityIssued, other.qeIdentityIssued),
                later(rootCrlIssued, other.rootCrlIssued),
                later(pckCrlIssued, other.pckCrlIssued));
    }

    private static void requireNotLower(long found, long used, DcapObject object) {
        if (found < used) {
            throw rollback(object, "evaluation number %d after %d was used".formatted(found, used));
        }
    }

    private static void requireNotBefore(Instant found, Instant used, DcapObject object) {
        if (found.isBefore(used)) {
            throw rollback(object, "made at %s, after one made at %s was used".formatted(found, used));
        }
    }

    private static DcapException rollback(DcapObject object, String detail) {
        return new DcapException(DcapCode.COLLATERAL_ROLLBACK, object, detail);
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
