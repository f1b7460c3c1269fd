package dev.keywarden.softtee;

import dev.keywarden.dcap.DcapCode;
import dev.keywarden.dcap.DcapObject;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** The two signed objects of collateral, so that rows about both are written once. */
final class SignedObject {
    static final SignedObject TCB_INFO = new SignedObject(
            "TCB_INFO",
            DcapObject.TCB_INFO,
            DcapObject.TCB_SIGNER,
            CollateralForge::tcbInfo,
            CollateralForge::tcbInfoText,
            CollateralForge::tcbInfoSigner,
            CollateralForge::tcbSignerChain);

    static final SignedObject QE_IDENTITY = new SignedObject(
            "QE_IDENTITY",
            DcapObject.QE_IDENTITY,
            DcapObject.QE_IDENTITY_SIGNER,
            CollateralForge::qeIdentity,
            CollateralForge::qeIdentityText,
            CollateralForge::qeIdentitySigner,
            CollateralForge::qeSignerChain);

    private final String name;
    private final DcapObject object;
    private final DcapObject signer;
    private final Function<CollateralForge, JsonForge> json;
    private final BiConsumer<CollateralForge, UnaryOperator<String>> text;
    private final BiConsumer<CollateralForge, SoftwareKey> key;
    private final BiConsumer<CollateralForge, byte[][]> chain;

    SignedObject(
            String name,
            DcapObject object,
            DcapObject signer,
            Function<CollateralForge, JsonForge> json,
            BiConsumer<CollateralForge, UnaryOperator<String>> text,
            BiConsumer<CollateralForge, SoftwareKey> key,
            BiConsumer<CollateralForge, byte[][]> chain) {
        this.name = name;
        this.object = object;
        this.signer = signer;
        this.json = json;
        this.text = text;
        this.key = key;
        this.chain = chain;
    }

    /** Its name in collateral, of which the names of signature and chain are made. */
    String member() {
        return name.toLowerCase(Locale.ROOT);
    }

    DcapObject object() {
        return object;
    }

    DcapObject signer() {
        return signer;
    }

    JsonForge json(ForgedEvidence evidence) {
        return json.apply(evidence.collateral());
    }

    void text(ForgedEvidence evidence, UnaryOperator<String> change) {
        text.accept(evidence.collateral(), change);
    }

    /** Has another key sign it, with a chain of choice. */
    void signedBy(ForgedEvidence evidence, SoftwareKey signer, byte[]... certificates) {
        key.accept(evidence.collateral(), signer);
        chain(evidence, certificates);
    }

    void chain(ForgedEvidence evidence, byte[]... certificates) {
        chain.accept(evidence.collateral(), certificates);
    }

    /** Changes a member of the collateral when everything is signed. */
    static void member(ForgedEvidence evidence, String name, UnaryOperator<String> change) {
        evidence.collateral()
                .members(members -> members.compute(name, (key, value) -> change.apply(String.valueOf(value))));
    }

    DcapCode code(String fault) {
        return DcapCode.valueOf(name + '_' + fault);
    }

    static List<SignedObject> both() {
        return List.of(TCB_INFO, QE_IDENTITY);
    }

    @Override
    public String toString() {
        return name;
    }
}
