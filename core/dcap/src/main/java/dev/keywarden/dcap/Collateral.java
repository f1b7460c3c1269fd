package dev.keywarden.dcap;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What Intel publishes about a kind of platform, as it was fetched and not believed yet: lists of revoked certificates,
 * TCB info and QE identity with the chains of those who signed them (TDX fact sheet, section 4.3).
 *
 * <p>Raw bytes are kept because the signatures cover them; nothing here is ever written anew. Immutable.
 */
public final class Collateral {
    /** Longest CRL in bytes of DER. */
    public static final int MAX_CRL_BYTES = 4 * 1024 * 1024;

    /** Longest TCB info or QE identity in bytes. */
    public static final int MAX_OBJECT_BYTES = 256 * 1024;

    /**
     * A signed object of JSON.
     *
     * @param issuerChain PEM of signer and root
     * @param text the object exactly as signed, UTF-8
     * @param signature r then s, 64 bytes
     */
    public record Signed(ByteView issuerChain, ByteView text, ByteView signature) {}

    private final ByteView pckCrlIssuerChain;
    private final ByteView rootCrl;
    private final ByteView pckCrl;
    private final Signed tcbInfo;
    private final Signed qeIdentity;
    private final @Nullable ByteView pckChain;
    private final ByteView digest;

    /**
     * Collateral of these parts.
     *
     * @param pckCrlIssuerChain PEM of PCK CA and root
     * @param rootCrl the root's CRL in DER
     * @param pckCrl the PCK CA's CRL in DER
     * @param pckChain PEM of PCK leaf, CA and root, for quotes that only name their platform, or {@code null}
     * @throws DcapException with {@link DcapCode#COLLATERAL_MISSING} for an empty part, {@link
     *     DcapCode#COLLATERAL_MALFORMED} for one that is too long or a signature that is not of 64 bytes
     */
    public Collateral(
            ByteView pckCrlIssuerChain,
            ByteView rootCrl,
            ByteView pckCrl,
            Signed tcbInfo,
            Signed qeIdentity,
            @Nullable ByteView pckChain) {
        this.pckCrlIssuerChain = require(pckCrlIssuerChain, PemChain.MAX_TEXT_BYTES, DcapObject.CRL_ISSUER);
        this.rootCrl = require(rootCrl, MAX_CRL_BYTES, DcapObject.ROOT_CRL);
        this.pckCrl = require(pckCrl, MAX_CRL_BYTES, DcapObject.PCK_CRL);
        this.tcbInfo = require(tcbInfo, DcapObject.TCB_INFO, DcapObject.TCB_SIGNER);
        this.qeIdentity = require(qeIdentity, DcapObject.QE_IDENTITY, DcapObject.QE_IDENTITY_SIGNER);
        this.pckChain = pckChain == null ? null : require(pckChain, PemChain.MAX_TEXT_BYTES, DcapObject.PCK_LEAF);
        this.digest = Sha256.labelled(
                "keywarden-dcap-collateral-v1",
                pckCrlIssuerChain,
                rootCrl,
                pckCrl,
                tcbInfo.issuerChain(),
                tcbInfo.text(),
                tcbInfo.signature(),
                qeIdentity.issuerChain(),
                qeIdentity.text(),
                qeIdentity.signature());
    }

    /**
     * Reads the object that tools exchange as {@code QuoteCollateralV3} (section 4.6). Members that are not known are
     * ignored.
     *
     * @param json UTF-8
     * @throws DcapException with {@link DcapCode#COLLATERAL_MALFORMED} or {@link DcapCode#COLLATERAL_MISSING}
     */
    public static Collateral ofJson(byte[] json) {
        return CollateralJson.read(ByteView.copyOf(json));
    }

    /** Writes the object that {@link #ofJson} reads, UTF-8, one member a line. */
    public byte[] toJson() {
        return CollateralJson.write(this);
    }

    /** The same for a quote that only names its platform. */
    public Collateral withPckChain(ByteView chain) {
        return new Collateral(pckCrlIssuerChain, rootCrl, pckCrl, tcbInfo, qeIdentity, chain);
    }

    /** PEM of PCK CA and root. */
    public ByteView pckCrlIssuerChain() {
        return pckCrlIssuerChain;
    }

    /** The root's CRL in DER. */
    public ByteView rootCrl() {
        return rootCrl;
    }

    /** The PCK CA's CRL in DER. */
    public ByteView pckCrl() {
        return pckCrl;
    }

    /** The TCB info. */
    public Signed tcbInfo() {
        return tcbInfo;
    }

    /** The identity of the quoting enclave. */
    public Signed qeIdentity() {
        return qeIdentity;
    }

    /** PEM of PCK leaf, CA and root, if it was given. */
    public Optional<ByteView> pckChain() {
        return Optional.ofNullable(pckChain);
    }

    /** SHA-256 over all parts but the PCK chain, each after its length; names this collateral in records. */
    public ByteView digest() {
        return digest;
    }

    private static Signed require(Signed signed, DcapObject object, DcapObject signer) {
        require(signed.issuerChain(), PemChain.MAX_TEXT_BYTES, signer);
        require(signed.text(), MAX_OBJECT_BYTES, object);
        require(signed.signature(), 64, object);
        if (signed.signature().length() != 64) {
            throw malformed(object, "the signature must have 64 bytes");
        }
        return signed;
    }

    private static ByteView require(ByteView part, int maxBytes, DcapObject object) {
        if (part.length() == 0) {
            throw missing(object, "a part of the collateral is empty");
        }
        if (part.length() > maxBytes) {
            throw malformed(object, "%d bytes; at most %d are accepted".formatted(part.length(), maxBytes));
        }
        return part;
    }

    static DcapException missing(DcapObject object, String detail) {
        return new DcapException(DcapCode.COLLATERAL_MISSING, object, detail);
    }

    static DcapException malformed(DcapObject object, String detail) {
        return new DcapException(DcapCode.COLLATERAL_MALFORMED, object, detail);
    }
}
