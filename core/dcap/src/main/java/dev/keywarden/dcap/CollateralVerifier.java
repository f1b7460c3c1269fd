package dev.keywarden.dcap;

import dev.keywarden.dcap.ChainProfile.Role;
import java.time.Instant;

/** Verifies collateral: steps D to G of the TDX fact sheet, section 2.2, in that order. Signature first, then reading. */
final class CollateralVerifier {
    private CollateralVerifier() {}

    static VerifiedCollateral verify(Collateral collateral, TeeType teeType, TrustAnchor anchor, Instant now) {
        VerifiedIssuer crlIssuer =
                ChainVerifier.verifyIssuer(collateral.pckCrlIssuerChain(), Role.CRL_ISSUER, anchor, now);
        Certificate root = crlIssuer.root();
        RevocationList rootCrl =
                RevocationList.verify(collateral.rootCrl(), DcapObject.ROOT_CRL, root, crlIssuer.rootKey(), now);
        RevocationList pckCrl = RevocationList.verify(
                collateral.pckCrl(), DcapObject.PCK_CRL, crlIssuer.certificate(), crlIssuer.key(), now);

        Collateral.Signed tcb = collateral.tcbInfo();
        VerifiedIssuer tcbSigner = signer(tcb, Role.TCB_SIGNER, crlIssuer, rootCrl, anchor, now);
        requireSigned(tcb, tcbSigner, DcapCode.TCB_INFO_SIGNATURE_INVALID, DcapObject.TCB_INFO);
        TcbInfo tcbInfo = TcbInfoReader.tcbInfo(tcb.text(), teeType);
        VerifiedCollateral.requireTcbInfoValidAt(tcbInfo, now);

        Collateral.Signed qe = collateral.qeIdentity();
        VerifiedIssuer qeSigner = qe.issuerChain().equals(tcb.issuerChain())
                ? tcbSigner
                : signer(qe, Role.QE_IDENTITY_SIGNER, crlIssuer, rootCrl, anchor, now);
        requireSigned(qe, qeSigner, DcapCode.QE_IDENTITY_SIGNATURE_INVALID, DcapObject.QE_IDENTITY);
        QeIdentity qeIdentity = TcbInfoReader.qeIdentity(qe.text(), teeType);
        VerifiedCollateral.requireQeIdentityValidAt(qeIdentity, now);

        return new VerifiedCollateral(collateral, crlIssuer, rootCrl, pckCrl, tcbSigner, tcbInfo, qeSigner, qeIdentity);
    }

    private static VerifiedIssuer signer(
            Collateral.Signed signed,
            Role role,
            VerifiedIssuer crlIssuer,
            RevocationList rootCrl,
            TrustAnchor anchor,
            Instant now) {
        VerifiedIssuer signer = ChainVerifier.verifyIssuer(signed.issuerChain(), role, anchor, now);
        if (!signer.root().publicKeyInfo().equals(crlIssuer.root().publicKeyInfo())) {
            throw TrustAnchor.notTrusted(role.object(), "the parts of the collateral have different roots");
        }
        rootCrl.requireNotRevoked(signer.certificate(), role.object());
        return signer;
    }

    private static void requireSigned(
            Collateral.Signed signed, VerifiedIssuer signer, DcapCode code, DcapObject object) {
        if (!P256.verifyRaw(signer.key(), signed.text(), signed.signature())) {
            throw new DcapException(
                    code, object, "the signer's key does not verify the signature over these very bytes");
        }
    }
}
