package dev.keywarden.dcap;

import java.time.Instant;
import java.util.List;

/**
 * Intel's identity of a quoting enclave, version 2 (TDX fact sheet, section 2.6), signed and read. Expected values have no
 * bit outside their mask.
 *
 * @param teeType whose quoting enclave it is
 * @param issueDate when it was made
 * @param nextUpdate the instant from which on it says nothing any more
 * @param evaluationNumber {@code tcbEvaluationDataNumber}
 * @param miscSelect 4 bytes in memory order
 * @param miscSelectMask 4 bytes
 * @param attributes 16 bytes in memory order
 * @param attributesMask 16 bytes
 * @param mrSigner 32 bytes
 * @param isvProdId 0 to 65535
 * @param levels best first
 */
public record QeIdentity(
        TeeType teeType,
        Instant issueDate,
        Instant nextUpdate,
        long evaluationNumber,
        ByteView miscSelect,
        ByteView miscSelectMask,
        ByteView attributes,
        ByteView attributesMask,
        ByteView mrSigner,
        int isvProdId,
        List<IsvLevel> levels) {

    public QeIdentity {
        levels = List.copyOf(levels);
    }

    /**
     * Checks that a report is this enclave's: step J.4 to J.7 of section 2.2.
     *
     * @throws DcapException at the first difference
     */
    void requireMatches(SgxReport report) {
        if (!equalsMasked(report.miscSelect(), miscSelectMask, miscSelect)) {
            throw refuse(
                    DcapCode.QE_MISCSELECT_MISMATCH,
                    "MISCSELECT of the quoting enclave is %s; under the mask %s it must be %s"
                            .formatted(report.miscSelect(), miscSelectMask, miscSelect));
        }
        if (!equalsMasked(report.attributes(), attributesMask, attributes)) {
            throw refuse(
                    DcapCode.QE_ATTRIBUTES_MISMATCH,
                    "ATTRIBUTES of the quoting enclave are %s; under the mask %s they must be %s"
                            .formatted(report.attributes(), attributesMask, attributes));
        }
        if (!report.mrSigner().equals(mrSigner)) {
            throw refuse(DcapCode.QE_MRSIGNER_MISMATCH, "the quoting enclave is not signed by the expected signer");
        }
        if (report.isvProdId() != isvProdId) {
            throw refuse(
                    DcapCode.QE_ISVPRODID_MISMATCH,
                    "the quoting enclave is product %d; must be %d".formatted(report.isvProdId(), isvProdId));
        }
    }

    static boolean hasBitsOutside(ByteView mask, ByteView value) {
        return !equalsMasked(value, mask, value);
    }

    private static boolean equalsMasked(ByteView found, ByteView mask, ByteView expected) {
        for (int i = 0; i < mask.length(); i++) {
            if ((found.unsignedAt(i) & mask.unsignedAt(i)) != expected.unsignedAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static DcapException refuse(DcapCode code, String detail) {
        return new DcapException(code, DcapObject.QE_REPORT, detail);
    }
}
