package dev.keywarden.dcap;

import dev.keywarden.dcap.ChainProfile.Role;
import java.security.PublicKey;
import java.time.Instant;

/**
 * Verifies collateral: steps D to G of the TDX fact sheet, section 2.2, in that order; of each part first who signed it, then
 * what it says, then whether it is valid now. Parts that were verified before, in this collateral or in other, are not
 * verified again: all platforms share the lists, the identity and the signers.
 */
final class CollateralVerifier {
    private final TrustAnchor anchor;
    private final VerificationCache cache;
    private final Instant now;

    CollateralVerifier(TrustAnchor anchor, VerificationCache cache, Instant now) {
        this.anchor = anchor;
        this.cache = cache;
        this.now = now;
    }

    VerifiedCollateral verify(Collateral collateral, TeeType teeType) {
        VerifiedIssuer crlIssuer = issuer(collateral.pckCrlIssuerChain(), Role.CRL_ISSUER);
        RevocationList rootCrl = list(collateral.rootCrl(), DcapObject.ROOT_CRL, crlIssuer.root(), crlIssuer.rootKey());
        RevocationList pckCrl = list(collateral.pckCrl(), DcapObject.PCK_CRL, crlIssuer.certificate(), crlIssuer.key());

        Collateral.Signed tcb = collateral.tcbInfo();
        VerifiedIssuer tcbSigner = signer(tcb, Role.TCB_SIGNER, crlIssuer, rootCrl);
        TcbInfo tcbInfo = cache.part(TcbInfo.class, key("tcb-info", tcb, tcbSigner, teeType), () -> {
            requireSigned(tcb, tcbSigner, DcapCode.TCB_INFO_SIGNATURE_INVALID, DcapObject.TCB_INFO);
            return TcbInfoReader.tcbInfo(tcb.text(), teeType);
        });
        VerifiedCollateral.requireTcbInfoValidAt(tcbInfo, now);

        Collateral.Signed qe = collateral.qeIdentity();
        VerifiedIssuer qeSigner = qe.issuerChain().equals(tcb.issuerChain())
                ? tcbSigner
                : signer(qe, Role.QE_IDENTITY_SIGNER, crlIssuer, rootCrl);
        QeIdentity qeIdentity = cache.part(QeIdentity.class, key("qe-identity", qe, qeSigner, teeType), () -> {
            requireSigned(qe, qeSigner, DcapCode.QE_IDENTITY_SIGNATURE_INVALID, DcapObject.QE_IDENTITY);
            return TcbInfoReader.qeIdentity(qe.text(), teeType);
        });
        VerifiedCollateral.requireQeIdentityValidAt(qeIdentity, now);

        return new VerifiedCollateral(collateral, crlIssuer, rootCrl, pckCrl, tcbSigner, tcbInfo, qeSigner, qeIdentity);
    }

    private VerifiedIssuer issuer(ByteView pem, Role role) {
        ByteView key = Sha256.labelled("keywarden-dcap-issuer-v1-" + role, anchor.fingerprint(), pem);
        VerifiedIssuer issuer =
                cache.part(VerifiedIssuer.class, key, () -> ChainVerifier.verifyIssuer(pem, role, anchor));
        issuer.requireValidAt(now);
        return issuer;
    }

    private RevocationList list(ByteView der, DcapObject object, Certificate issuer, PublicKey issuerKey) {
        ByteView key = Sha256.labelled("keywarden-dcap-crl-v1-" + object, issuer.encoded(), der);
        RevocationList list =
                cache.part(RevocationList.class, key, () -> RevocationList.verify(der, object, issuer, issuerKey));
        list.requireValidAt(now);
        return list;
    }

    private VerifiedIssuer signer(
            Collateral.Signed signed, Role role, VerifiedIssuer crlIssuer, RevocationList rootCrl) {
        VerifiedIssuer signer = issuer(signed.issuerChain(), role);
        if (!signer.root().publicKeyInfo().equals(crlIssuer.root().publicKeyInfo())) {
            throw TrustAnchor.notTrusted(role.object(), "the parts of the collateral have different roots");
        }
        rootCrl.requireNotRevoked(signer.certificate(), role.object());
        return signer;
    }

    /** What is read from a text depends on what it is taken for, so that stands in the key. */
    private static ByteView key(String kind, Collateral.Signed signed, VerifiedIssuer signer, TeeType teeType) {
        return Sha256.labelled(
                "keywarden-dcap-signed-object-v1-" + kind + '-' + teeType,
                signer.certificate().encoded(),
                signed.text(),
                signed.signature());
    }

    private static void requireSigned(
            Collateral.Signed signed, VerifiedIssuer signer, DcapCode code, DcapObject object) {
        if (!P256.verifyRaw(signer.key(), signed.text(), signed.signature())) {
            throw new DcapException(
                    code, object, "the signer's key does not verify the signature over these very bytes");
        }
    }
}
