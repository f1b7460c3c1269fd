package dev.keywarden.dcap;

/** Which thing a {@link DcapCode} is about, where more than one could be (TDX fact sheet, section 2.10). */
public enum DcapObject {
    PCK_LEAF("pck-leaf"),
    PCK_CA("pck-ca"),
    ROOT("root"),
    TCB_SIGNER("tcb-signer"),
    QE_IDENTITY_SIGNER("qe-identity-signer"),
    CRL_ISSUER("crl-issuer"),
    ROOT_CRL("root-crl"),
    PCK_CRL("pck-crl"),
    TCB_INFO("tcb-info"),
    QE_IDENTITY("qe-identity"),
    /** The collateral as a whole; not in the sheet's list, which names its parts only. */
    COLLATERAL("collateral"),
    QE_REPORT("qe-report"),
    QUOTE("quote"),
    TD("td");

    private final String token;

    DcapObject(String token) {
        this.token = token;
    }

    /** The stable form in JSON, logs and records. */
    public String token() {
        return token;
    }

    /** The same as {@link #token()}. */
    @Override
    public String toString() {
        return token;
    }
}
