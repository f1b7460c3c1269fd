package dev.keywarden.dcap;

/** What to do about each refusal: one sentence for the person who reads it. */
final class Remedies {
    private static final String GUEST = "Have the guest make its evidence anew; if it is refused again, ";
    private static final String SERVICE = "Fetch the collateral anew, from Intel itself if a cache gave it; ";
    private static final String CLOCK = "Compare this machine's clock with the times in the message; if it is right, ";

    private Remedies() {}

    /** The sentence; the compiler sees to it that no code is left out. */
    static String of(DcapCode code) {
        return switch (code) {
            case QUOTE_SIZE_INVALID, QUOTE_TRUNCATED, QUOTE_STRUCTURE_INVALID, QUOTE_TRAILING_DATA ->
                GUEST + "something between its quoting enclave and here cuts, pads or changes quotes.";
            case QUOTE_VERSION_UNSUPPORTED, QUOTE_KEY_TYPE_UNSUPPORTED ->
                "Update the quoting software of the machine's host: quotes of versions 3 to 5 with ECDSA P-256 are understood.";
            case QUOTE_TEE_TYPE_UNSUPPORTED ->
                "Send the quote of a TD; quotes of SGX enclaves are accepted only where that was asked for.";
            case QUOTE_VENDOR_UNKNOWN -> "Use Intel's quoting enclave on the machine's host: this quote is another's.";
            case QUOTE_BODY_TYPE_UNSUPPORTED ->
                "Have the guest ask for a TD report 1.0 or 1.5; no other kind is accepted.";
            case QUOTE_CERT_DATA_UNSUPPORTED ->
                "Set up the machine's host so that its quotes carry the PCK certificate chain, which needs a PCCS there.";
            case ATTESTATION_KEY_INVALID, QE_REPORT_DATA_MISMATCH ->
                "Restart the quoting software of the machine's host, which makes a new attestation key.";
            case CERT_CHAIN_MALFORMED, CERT_CHAIN_LENGTH_INVALID ->
                "Have the machine's host fetch its PCK certificates anew: leaf, CA and root, as PEM and nothing else.";
            case ROOT_NOT_TRUSTED ->
                "If this is evidence of a software TEE, name its root as an insecure trust anchor; else it is no hardware's.";
            case CERT_SIGNATURE_INVALID, CERT_PROFILE_INVALID, CERT_ROLE_MISMATCH, PCK_EXTENSION_INVALID ->
                "Have the certificate named in the message fetched anew: Intel does not issue such a one.";
            case CERT_NOT_YET_VALID -> CLOCK + "wait until the certificate is valid.";
            case CERT_EXPIRED -> CLOCK + "have the machine's host or the collateral service fetch newer certificates.";
            case CERT_REVOKED -> "Take the machine out of service: Intel has revoked what vouches for it.";
            case PCK_CERT_MISMATCH -> "Give the PCK certificate of the platform that made the quote, or none.";
            case CRL_MALFORMED, CRL_SIGNATURE_INVALID, COLLATERAL_MISSING, COLLATERAL_MALFORMED ->
                SERVICE + "look at what the service that is named in the message answers.";
            case CRL_NOT_YET_VALID, TCB_INFO_NOT_YET_VALID, QE_IDENTITY_NOT_YET_VALID ->
                CLOCK + "the service publishes what is not valid yet: fetch it again later.";
            case CRL_EXPIRED, TCB_INFO_EXPIRED, QE_IDENTITY_EXPIRED ->
                CLOCK + "fetch or import collateral that is valid; a cache that serves this is not being refreshed.";
            case COLLATERAL_ROLLBACK ->
                "Refresh the collateral service, which serves older collateral than this node has used already.";
            case COLLATERAL_UNAVAILABLE ->
                "See that a collateral service can be reached from here, or import collateral from a file.";
            case COLLATERAL_UNKNOWN_PLATFORM ->
                "Use a collateral service that knows this FMSPC; Intel's own knows every platform that can attest.";
            case COLLATERAL_GONE -> "Ask for the standard update: the one that was asked for is published no longer.";
            case TCB_INFO_SIGNATURE_INVALID, QE_IDENTITY_SIGNATURE_INVALID ->
                SERVICE + "a cache must hand on the text exactly as it was signed.";
            case TCB_INFO_MALFORMED, QE_IDENTITY_MALFORMED ->
                SERVICE + "if Intel signed it, report it: this version does not understand it.";
            case TCB_INFO_UNSUPPORTED, QE_IDENTITY_UNSUPPORTED ->
                "Fetch version 4 of the service's interface, for TDX where the quote is a TD's.";
            case FMSPC_MISMATCH, PCEID_MISMATCH -> "Give the collateral of the platform that made the quote.";
            case TCB_EVALUATION_TOO_OLD ->
                "Fetch newer collateral, or lower minimum_tcb_evaluation if it is meant to pass.";
            case TCB_EVALUATION_MISMATCH ->
                "Fetch the collateral again in some hours: Intel publishes its parts one after the other.";
            case QE_REPORT_SIGNATURE_INVALID, QUOTE_SIGNATURE_INVALID ->
                GUEST + "somebody changes quotes on their way, or they are forged.";
            case QE_DEBUG_ENABLED,
                    QE_MISCSELECT_MISMATCH,
                    QE_ATTRIBUTES_MISMATCH,
                    QE_MRSIGNER_MISMATCH,
                    QE_ISVPRODID_MISMATCH ->
                "Use Intel's production quoting enclave on the machine's host, of the kind that goes with the quote.";
            case QE_ISVSVN_NOT_SUPPORTED -> "Update the quoting enclave on the machine's host.";
            case TDX_MODULE_IDENTITY_MISSING ->
                "Fetch the early update of the collateral: the TDX module is newer than what this one describes.";
            case TDX_MODULE_SIGNER_MISMATCH, TDX_MODULE_ATTRIBUTES_MISMATCH ->
                "Use Intel's production TDX module on the machine's host.";
            case TDX_MODULE_SVN_NOT_SUPPORTED -> "Update the TDX module on the machine's host.";
            case TCB_LEVEL_NOT_FOUND ->
                "Update firmware and TDX module on the machine's host and provision its PCK certificate anew.";
            case TCB_STATUS_UNRECOGNIZED -> "Update Keywarden: Intel uses a status that this version does not know.";
            case TCB_REVOKED ->
                "Update firmware, TDX module and quoting enclave on the machine's host: Intel has revoked this level.";
            case TD_DEBUG_ENABLED, ENCLAVE_DEBUG_ENABLED ->
                "Start the guest without debugging; no setting lets one pass that can be looked into.";
            case TD_ATTRIBUTES_NOT_ALLOWED ->
                "Start the guest without the attributes that the message names, or allow them in td.attributes.";
            case TD_SEPT_VE_DISABLE_REQUIRED -> "Start the guest with SEPT_VE_DISABLE, as current hypervisors do.";
            case TD_XFAM_INVALID -> "Start the guest with fewer CPU features, or allow them in td.xfam.";
            case TD_SERVICE_TD_NOT_ALLOWED ->
                "Start the guest without a service TD, or list the one it has in td.service_tds.";
            case REPORT_DATA_MISMATCH ->
                "Have the guest attest what it is asked for: this evidence is about something else.";
            case INTERNAL_ERROR -> "Report this: it is a defect of Keywarden.";
        };
    }
}
