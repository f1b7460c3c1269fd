package dev.keywarden.dcap;

import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Collateral whose signatures were verified up to the trusted root, and which was read: steps C to G of the TDX fact sheet,
 * section 2.2. Only {@link DcapVerifier} makes one. It holds whoever the platform is; whether it is about the platform of a
 * quote, and whether it has lapsed, is looked at on every use.
 */
public final class VerifiedCollateral {
    private final Collateral collateral;
    private final VerifiedIssuer crlIssuer;
    private final RevocationList rootCrl;
    private final RevocationList pckCrl;
    private final VerifiedIssuer tcbSigner;
    private final TcbInfo tcbInfo;
    private final VerifiedIssuer qeIdentitySigner;
    private final QeIdentity qeIdentity;

    VerifiedCollateral(
            Collateral collateral,
            VerifiedIssuer crlIssuer,
            RevocationList rootCrl,
            RevocationList pckCrl,
            VerifiedIssuer tcbSigner,
            TcbInfo tcbInfo,
            VerifiedIssuer qeIdentitySigner,
            QeIdentity qeIdentity) {
        this.collateral = collateral;
        this.crlIssuer = crlIssuer;
        this.rootCrl = rootCrl;
        this.pckCrl = pckCrl;
        this.tcbSigner = tcbSigner;
        this.tcbInfo = tcbInfo;
        this.qeIdentitySigner = qeIdentitySigner;
        this.qeIdentity = qeIdentity;
    }

    /** What it was read from. */
    public Collateral collateral() {
        return collateral;
    }

    /** The TCB info. */
    public TcbInfo tcbInfo() {
        return tcbInfo;
    }

    /** The identity of the quoting enclave. */
    public QeIdentity qeIdentity() {
        return qeIdentity;
    }

    /** The root's list of revoked certificates. */
    public RevocationList rootCrl() {
        return rootCrl;
    }

    /** The PCK CA's list of revoked certificates. */
    public RevocationList pckCrl() {
        return pckCrl;
    }

    /** Whose list {@link #pckCrl} is; may be empty under software roots. */
    public Optional<PckCa> authority() {
        return crlIssuer.certificate().commonName().flatMap(PckCa::ofCommonName);
    }

    /** The lower of the evaluation numbers of TCB info and identity, which is the one that counts. */
    public long evaluationNumber() {
        return Math.min(tcbInfo.evaluationNumber(), qeIdentity.evaluationNumber());
    }

    /** From when on every part and every certificate that signed one is valid. */
    public Instant validFrom() {
        return Stream.of(
                        rootCrl.thisUpdate(),
                        pckCrl.thisUpdate(),
                        tcbInfo.issueDate(),
                        qeIdentity.issueDate(),
                        crlIssuer.validFrom(),
                        tcbSigner.validFrom(),
                        qeIdentitySigner.validFrom())
                .max(Instant::compareTo)
                .orElseThrow();
    }

    /** The instant at which the first part, or certificate that signed one, lapses; valid before it. */
    public Instant validUntil() {
        return Stream.of(
                        rootCrl.nextUpdate(),
                        pckCrl.nextUpdate(),
                        tcbInfo.nextUpdate(),
                        qeIdentity.nextUpdate(),
                        crlIssuer.validUntil(),
                        tcbSigner.validUntil(),
                        qeIdentitySigner.validUntil())
                .min(Instant::compareTo)
                .orElseThrow();
    }

    /** What to compare with collateral fetched later, so that nobody can take a node back. */
    public CollateralAge age() {
        return new CollateralAge(
                tcbInfo.evaluationNumber(),
                tcbInfo.issueDate(),
                qeIdentity.evaluationNumber(),
                qeIdentity.issueDate(),
                rootCrl.thisUpdate(),
                pckCrl.thisUpdate());
    }

    void requireValidAt(Instant now) {
        crlIssuer.requireValidAt(now);
        rootCrl.requireValidAt(now);
        pckCrl.requireValidAt(now);
        tcbSigner.requireValidAt(now);
        requireTcbInfoValidAt(tcbInfo, now);
        qeIdentitySigner.requireValidAt(now);
        requireQeIdentityValidAt(qeIdentity, now);
    }

    /**
     * Checks that this is about the platform of a chain, and that nobody in the chain is revoked: the rest of step D, and
     * step H.
     */
    void requireIsAbout(VerifiedChain chain) {
        if (!crlIssuer.root().publicKeyInfo().equals(chain.root().publicKeyInfo())) {
            throw new DcapException(
                    DcapCode.ROOT_NOT_TRUSTED, DcapObject.CRL_ISSUER, "collateral and quote have different roots");
        }
        Certificate issuer = crlIssuer.certificate();
        Certificate authority = chain.authority();
        if (!issuer.subject().equals(authority.subject())
                || !issuer.publicKeyInfo().equals(authority.publicKeyInfo())) {
            throw new DcapException(
                    DcapCode.CRL_SIGNATURE_INVALID,
                    DcapObject.PCK_CRL,
                    "the list is that of another authority than the one that issued the PCK certificate");
        }
        rootCrl.requireNotRevoked(chain.root(), DcapObject.ROOT);
        rootCrl.requireNotRevoked(authority, DcapObject.PCK_CA);
        rootCrl.requireNotRevoked(issuer, DcapObject.CRL_ISSUER);
        pckCrl.requireNotRevoked(chain.leaf(), DcapObject.PCK_LEAF);
        requireMatches(chain.platform());
    }

    private void requireMatches(SgxExtension platform) {
        if (!tcbInfo.fmspc().equals(platform.fmspc())) {
            throw new DcapException(
                    DcapCode.FMSPC_MISMATCH,
                    DcapObject.TCB_INFO,
                    "it is about platforms with FMSPC %s, and this one has %s"
                            .formatted(tcbInfo.fmspc(), platform.fmspc()));
        }
        if (!tcbInfo.pceId().equals(platform.pceId())) {
            throw new DcapException(
                    DcapCode.PCEID_MISMATCH,
                    DcapObject.TCB_INFO,
                    "it is about platforms with PCEID %s, and this one has %s"
                            .formatted(tcbInfo.pceId(), platform.pceId()));
        }
    }

    static void requireTcbInfoValidAt(TcbInfo tcbInfo, Instant now) {
        requireWindow(
                tcbInfo.issueDate(),
                tcbInfo.nextUpdate(),
                now,
                DcapCode.TCB_INFO_NOT_YET_VALID,
                DcapCode.TCB_INFO_EXPIRED,
                DcapObject.TCB_INFO);
    }

    static void requireQeIdentityValidAt(QeIdentity identity, Instant now) {
        requireWindow(
                identity.issueDate(),
                identity.nextUpdate(),
                now,
                DcapCode.QE_IDENTITY_NOT_YET_VALID,
                DcapCode.QE_IDENTITY_EXPIRED,
                DcapObject.QE_IDENTITY);
    }

    private static void requireWindow(
            Instant from, Instant end, Instant now, DcapCode early, DcapCode late, DcapObject object) {
        if (now.isBefore(from)) {
            throw new DcapException(early, object, "it is valid from %s on, and it is %s".formatted(from, now));
        }
        if (!now.isBefore(end)) {
            throw new DcapException(late, object, "it lapsed at %s, and it is %s".formatted(end, now));
        }
    }
}
