package dev.keywarden.app.quote;

import dev.keywarden.dcap.DcapCode;
import dev.keywarden.dcap.DcapObject;

/** What is checked, in its order (TDX fact sheet, section 2.2), and last what this program checks beyond the quote. */
public enum QuoteStep {
    STRUCTURE("structure of the quote"),
    PCK_CHAIN("PCK certificate chain up to the root"),
    COLLATERAL("collateral at hand"),
    REVOCATION("lists of revoked certificates"),
    TCB_INFO("TCB info, signed and valid"),
    QE_IDENTITY("QE identity, signed and valid"),
    PLATFORM("collateral is about this platform"),
    EVALUATION("evaluation numbers"),
    QE_REPORT("quoting enclave and its report"),
    SIGNATURE("signature of the quote"),
    MODULE("TDX module"),
    TCB_LEVEL("TCB level"),
    TD_POLICY("setup of the TD or enclave"),
    REPORT_DATA("report data"),
    EVENT_LOG("event log replays to RTMR3");

    private final String words;

    QuoteStep(String words) {
        this.words = words;
    }

    /** For people. */
    public String words() {
        return words;
    }

    /** Which step a refusal comes from. */
    static QuoteStep of(DcapCode code, DcapObject object) {
        if (code == DcapCode.REPORT_DATA_MISMATCH) {
            return REPORT_DATA;
        }
        if (code == DcapCode.QUOTE_SIGNATURE_INVALID) {
            return SIGNATURE;
        }
        if (object == DcapObject.TD || code == DcapCode.ENCLAVE_DEBUG_ENABLED) {
            return TD_POLICY;
        }
        return switch (code) {
            case COLLATERAL_MISSING,
                    COLLATERAL_MALFORMED,
                    COLLATERAL_ROLLBACK,
                    COLLATERAL_UNAVAILABLE,
                    COLLATERAL_UNKNOWN_PLATFORM,
                    COLLATERAL_GONE -> COLLATERAL;
            case CERT_REVOKED -> REVOCATION;
            case FMSPC_MISMATCH, PCEID_MISMATCH -> PLATFORM;
            case TCB_EVALUATION_TOO_OLD, TCB_EVALUATION_MISMATCH -> EVALUATION;
            case TDX_MODULE_IDENTITY_MISSING,
                    TDX_MODULE_SIGNER_MISMATCH,
                    TDX_MODULE_ATTRIBUTES_MISMATCH,
                    TDX_MODULE_SVN_NOT_SUPPORTED -> MODULE;
            case TCB_LEVEL_NOT_FOUND, TCB_STATUS_UNRECOGNIZED, TCB_REVOKED -> TCB_LEVEL;
            default -> ofObject(code, object);
        };
    }

    private static QuoteStep ofObject(DcapCode code, DcapObject object) {
        if (code.name().startsWith("QE_") && !code.name().startsWith("QE_IDENTITY")) {
            return QE_REPORT;
        }
        return switch (object) {
            case CRL_ISSUER, ROOT_CRL, PCK_CRL -> REVOCATION;
            case TCB_INFO, TCB_SIGNER -> TCB_INFO;
            case QE_IDENTITY, QE_IDENTITY_SIGNER -> QE_IDENTITY;
            case PCK_LEAF, PCK_CA, ROOT -> PCK_CHAIN;
            case QE_REPORT -> QE_REPORT;
            case COLLATERAL -> COLLATERAL;
            default -> STRUCTURE;
        };
    }
}
