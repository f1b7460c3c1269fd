package dev.keywarden.softtee;

import dev.keywarden.dcap.Collateral;
import dev.keywarden.dcap.PckCa;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Makes the collateral of a software TEE, of which every part can be chosen, right or wrong (TDX fact sheet, sections 2.6,
 * 4.6 and 7). What is changed is signed again, unless the change comes after the signing.
 */
public final class CollateralForge {
    private final JsonForge tcbInfo;
    private final JsonForge qeIdentity;
    private final CrlForge rootCrl;
    private final CrlForge pckCrl;
    private SoftwareKey tcbInfoSigner;
    private SoftwareKey qeIdentitySigner;
    private List<byte[]> crlIssuerChain;
    private List<byte[]> tcbSignerChain;
    private List<byte[]> qeSignerChain;
    private UnaryOperator<String> tcbInfoText = UnaryOperator.identity();
    private UnaryOperator<String> qeIdentityText = UnaryOperator.identity();
    private Consumer<Map<String, String>> membersChange = members -> {};

    CollateralForge(SoftwarePki pki, PckCa authority, Instant now) {
        CollateralText text = new CollateralText(now);
        byte[] root = pki.root().encode(pki.rootKey());
        List<byte[]> signerChain = List.of(pki.tcbSigner().encode(pki.rootKey()), root);
        this.tcbInfo = text.tcbInfo(pki.fmspc());
        this.qeIdentity = text.qeIdentity();
        this.rootCrl = pki.rootCrl(now);
        this.pckCrl = pki.pckCrl(authority, now);
        this.tcbInfoSigner = pki.tcbSignerKey();
        this.qeIdentitySigner = pki.tcbSignerKey();
        this.crlIssuerChain = List.of(pki.authority(authority).encode(pki.rootKey()), root);
        this.tcbSignerChain = signerChain;
        this.qeSignerChain = signerChain;
    }

    /** The TCB info, to be changed before it is signed. */
    public JsonForge tcbInfo() {
        return tcbInfo;
    }

    /** The identity of the quoting enclave, to be changed before it is signed. */
    public JsonForge qeIdentity() {
        return qeIdentity;
    }

    /** The root's CRL. */
    public CrlForge rootCrl() {
        return rootCrl;
    }

    /** The PCK CA's CRL. */
    public CrlForge pckCrl() {
        return pckCrl;
    }

    /** Makes it collateral for SGX quotes of the software quoting enclave. */
    public CollateralForge sgx() {
        tcbInfo.set("id", "SGX").remove("tdxModule").remove("tdxModuleIdentities");
        for (int level = 0; level < tcbInfo.size("tcbLevels"); level++) {
            tcbInfo.remove("tcbLevels/" + level + "/tcb/tdxtcbcomponents");
        }
        qeIdentity.set("id", "QE");
        return this;
    }

    /** Changes the text of the TCB info before it is signed. */
    public CollateralForge tcbInfoText(UnaryOperator<String> change) {
        tcbInfoText = change;
        return this;
    }

    /** Changes the text of the identity before it is signed. */
    public CollateralForge qeIdentityText(UnaryOperator<String> change) {
        qeIdentityText = change;
        return this;
    }

    /** Has another key sign the TCB info. */
    public CollateralForge tcbInfoSigner(SoftwareKey key) {
        tcbInfoSigner = key;
        return this;
    }

    /** Has another key sign the identity. */
    public CollateralForge qeIdentitySigner(SoftwareKey key) {
        qeIdentitySigner = key;
        return this;
    }

    /** Puts other certificates into the chain of the CRL's issuer. */
    public CollateralForge crlIssuerChain(byte[]... certificates) {
        crlIssuerChain = List.of(certificates);
        return this;
    }

    /** Puts other certificates into the chain of the TCB info's signer. */
    public CollateralForge tcbSignerChain(byte[]... certificates) {
        tcbSignerChain = List.of(certificates);
        return this;
    }

    /** Puts other certificates into the chain of the identity's signer. */
    public CollateralForge qeSignerChain(byte[]... certificates) {
        qeSignerChain = List.of(certificates);
        return this;
    }

    /** Changes the members of the whole when everything is signed; later changes come after earlier ones. */
    public CollateralForge members(Consumer<Map<String, String>> change) {
        membersChange = membersChange.andThen(change);
        return this;
    }

    /** Signs, and gives the members of the object that tools exchange. */
    public Map<String, String> members() {
        String tcb = tcbInfoText.apply(tcbInfo.text());
        String qe = qeIdentityText.apply(qeIdentity.text());
        Map<String, String> members = new LinkedHashMap<>();
        members.put("pck_crl_issuer_chain", pem(crlIssuerChain));
        members.put("root_ca_crl", hex(rootCrl.encode()));
        members.put("pck_crl", hex(pckCrl.encode()));
        members.put("tcb_info_issuer_chain", pem(tcbSignerChain));
        members.put("tcb_info", tcb);
        members.put("tcb_info_signature", hex(tcbInfoSigner.sign(utf8(tcb))));
        members.put("qe_identity_issuer_chain", pem(qeSignerChain));
        members.put("qe_identity", qe);
        members.put("qe_identity_signature", hex(qeIdentitySigner.sign(utf8(qe))));
        membersChange.accept(members);
        return members;
    }

    /** Signs, and gives the object that tools exchange, as JSON in UTF-8. */
    public byte[] json() {
        return utf8(members().entrySet().stream()
                .map(member -> JsonForge.quoted(member.getKey()) + ':' + JsonForge.quoted(member.getValue()))
                .collect(Collectors.joining(",", "{", "}")));
    }

    /** Signs and reads. */
    public Collateral collateral() {
        return Collateral.ofJson(json());
    }

    private static String pem(List<byte[]> certificates) {
        return certificates.stream().map(CertificateForge::pem).collect(Collectors.joining());
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
