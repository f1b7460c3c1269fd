package dev.keywarden.dcap;

/**
 * Why a quote or its collateral was refused (TDX fact sheet, section 2.10).
 *
 * <p>The name of a constant is its stable form in JSON, logs, metrics and records: it never changes and is never used
 * again for another thing.
 */
public enum DcapCode {
    QUOTE_SIZE_INVALID(Category.INPUT, false),
    QUOTE_TRUNCATED(Category.INPUT, false),
    QUOTE_VERSION_UNSUPPORTED(Category.INPUT, false),
    QUOTE_KEY_TYPE_UNSUPPORTED(Category.INPUT, false),
    QUOTE_TEE_TYPE_UNSUPPORTED(Category.INPUT, false),
    QUOTE_VENDOR_UNKNOWN(Category.INPUT, false),
    QUOTE_BODY_TYPE_UNSUPPORTED(Category.INPUT, false),
    QUOTE_STRUCTURE_INVALID(Category.INPUT, false),
    QUOTE_TRAILING_DATA(Category.INPUT, false),
    QUOTE_CERT_DATA_UNSUPPORTED(Category.INPUT, false),
    ATTESTATION_KEY_INVALID(Category.INPUT, false),

    CERT_CHAIN_MALFORMED(Category.CERTIFICATE, false),
    CERT_CHAIN_LENGTH_INVALID(Category.CERTIFICATE, false),
    ROOT_NOT_TRUSTED(Category.CERTIFICATE, false),
    CERT_SIGNATURE_INVALID(Category.CERTIFICATE, false),
    CERT_PROFILE_INVALID(Category.CERTIFICATE, false),
    CERT_ROLE_MISMATCH(Category.CERTIFICATE, false),
    CERT_NOT_YET_VALID(Category.TIME, true),
    CERT_EXPIRED(Category.TIME, false),
    CERT_REVOKED(Category.CERTIFICATE, false),
    PCK_EXTENSION_INVALID(Category.CERTIFICATE, false),
    PCK_CERT_MISMATCH(Category.CERTIFICATE, false),

    CRL_MALFORMED(Category.CERTIFICATE, true),
    CRL_SIGNATURE_INVALID(Category.CERTIFICATE, true),
    CRL_NOT_YET_VALID(Category.TIME, true),
    CRL_EXPIRED(Category.TIME, true),

    COLLATERAL_MISSING(Category.COLLATERAL, true),
    COLLATERAL_MALFORMED(Category.COLLATERAL, true),
    COLLATERAL_ROLLBACK(Category.COLLATERAL, true),
    COLLATERAL_UNAVAILABLE(Category.UNAVAILABLE, true),
    COLLATERAL_UNKNOWN_PLATFORM(Category.UNAVAILABLE, true),
    COLLATERAL_GONE(Category.UNAVAILABLE, true),

    TCB_INFO_SIGNATURE_INVALID(Category.SIGNATURE, true),
    TCB_INFO_MALFORMED(Category.COLLATERAL, true),
    TCB_INFO_UNSUPPORTED(Category.COLLATERAL, true),
    TCB_INFO_NOT_YET_VALID(Category.TIME, true),
    TCB_INFO_EXPIRED(Category.TIME, true),
    QE_IDENTITY_SIGNATURE_INVALID(Category.SIGNATURE, true),
    QE_IDENTITY_MALFORMED(Category.COLLATERAL, true),
    QE_IDENTITY_UNSUPPORTED(Category.COLLATERAL, true),
    QE_IDENTITY_NOT_YET_VALID(Category.TIME, true),
    QE_IDENTITY_EXPIRED(Category.TIME, true),
    FMSPC_MISMATCH(Category.COLLATERAL, true),
    PCEID_MISMATCH(Category.COLLATERAL, true),
    TCB_EVALUATION_TOO_OLD(Category.POLICY, true),
    TCB_EVALUATION_MISMATCH(Category.POLICY, true),

    QE_REPORT_SIGNATURE_INVALID(Category.SIGNATURE, false),
    QE_REPORT_DATA_MISMATCH(Category.SIGNATURE, false),
    QE_DEBUG_ENABLED(Category.POLICY, false),
    QE_MISCSELECT_MISMATCH(Category.TCB, false),
    QE_ATTRIBUTES_MISMATCH(Category.TCB, false),
    QE_MRSIGNER_MISMATCH(Category.TCB, false),
    QE_ISVPRODID_MISMATCH(Category.TCB, false),
    QE_ISVSVN_NOT_SUPPORTED(Category.TCB, false),
    QUOTE_SIGNATURE_INVALID(Category.SIGNATURE, false),

    TDX_MODULE_IDENTITY_MISSING(Category.TCB, true),
    TDX_MODULE_SIGNER_MISMATCH(Category.TCB, false),
    TDX_MODULE_ATTRIBUTES_MISMATCH(Category.TCB, false),
    TDX_MODULE_SVN_NOT_SUPPORTED(Category.TCB, false),
    TCB_LEVEL_NOT_FOUND(Category.TCB, false),
    TCB_STATUS_UNRECOGNIZED(Category.TCB, true),
    TCB_REVOKED(Category.TCB, false),

    TD_DEBUG_ENABLED(Category.POLICY, false),
    TD_ATTRIBUTES_NOT_ALLOWED(Category.POLICY, false),
    TD_SEPT_VE_DISABLE_REQUIRED(Category.POLICY, false),
    TD_XFAM_INVALID(Category.POLICY, false),
    TD_SERVICE_TD_NOT_ALLOWED(Category.POLICY, false),
    ENCLAVE_DEBUG_ENABLED(Category.POLICY, false),
    REPORT_DATA_MISMATCH(Category.POLICY, false),

    /** A defect of this code; never used for input that can be described otherwise. */
    INTERNAL_ERROR(Category.UNAVAILABLE, false);

    /** What a refusal is about, for metrics and for deciding whom to tell. */
    public enum Category {
        INPUT,
        CERTIFICATE,
        TIME,
        COLLATERAL,
        SIGNATURE,
        TCB,
        POLICY,
        UNAVAILABLE
    }

    private final Category category;
    private final boolean retryable;

    DcapCode(Category category, boolean retryable) {
        this.category = category;
        this.retryable = retryable;
    }

    /** What the refusal is about. */
    public Category category() {
        return category;
    }

    /** Whether the same quote may pass later. */
    public boolean retryable() {
        return retryable;
    }

    /** What to do about it: a sentence or two for people, which may change. */
    public String remedy() {
        return Remedies.of(this);
    }
}
