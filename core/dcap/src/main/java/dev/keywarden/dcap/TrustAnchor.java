package dev.keywarden.dcap;

/**
 * Where trust in a quote ends, and with it how strictly the way there is judged. A {@link PinnedRoot} goes with Intel's
 * certificate profile, always; only {@link SoftwareRoots} admits the looser chains of simulators. The two are told apart
 * by type and by {@link #label}, which reaches records and policies, and there is no setting in between.
 */
public abstract sealed class TrustAnchor permits PinnedRoot, SoftwareRoots {
    TrustAnchor() {}

    /** {@code intel} for Intel's root, {@code custom} for another pinned root, {@code software} for software roots. */
    public abstract String label();

    /** What is demanded of the chain. */
    abstract ChainProfile profile();

    /**
     * Decides whether the last certificate of a chain is a trusted root.
     *
     * @param blamed whose chain it is
     * @return the certificate to go on with, which is the trusted copy where there is one
     * @throws DcapException with {@link DcapCode#ROOT_NOT_TRUSTED}
     */
    abstract Certificate admit(Certificate presented, DcapObject blamed);

    /** Tells this anchor from every other one, for the keys of caches. */
    abstract ByteView fingerprint();

    static DcapException notTrusted(DcapObject blamed, String detail) {
        return new DcapException(DcapCode.ROOT_NOT_TRUSTED, blamed, detail);
    }
}
