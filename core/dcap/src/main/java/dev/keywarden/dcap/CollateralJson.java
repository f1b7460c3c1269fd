package dev.keywarden.dcap;

import dev.keywarden.dcap.Collateral.Signed;
import dev.keywarden.dcap.StrictJson.MalformedJsonException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Collateral as tools exchange it: {@code QuoteCollateralV3} (TDX fact sheet, section 4.6). */
final class CollateralJson {
    private static final String PCK_CRL_ISSUER_CHAIN = "pck_crl_issuer_chain";
    private static final String ROOT_CRL = "root_ca_crl";
    private static final String PCK_CRL = "pck_crl";
    private static final String TCB_INFO = "tcb_info";
    private static final String QE_IDENTITY = "qe_identity";
    private static final String PCK_CHAIN = "pck_certificate_chain";

    /** Two CRLs in hex, and room for the rest. */
    private static final int MAX_BYTES = 2 * 2 * Collateral.MAX_CRL_BYTES + 4 * Collateral.MAX_OBJECT_BYTES;

    private final JsonObject members;

    private CollateralJson(JsonObject members) {
        this.members = members;
    }

    static Collateral read(ByteView json) {
        try {
            return new CollateralJson(StrictJson.parse(json, MAX_BYTES)).read();
        } catch (MalformedJsonException e) {
            throw Collateral.malformed(DcapObject.COLLATERAL, e.getMessage());
        }
    }

    private Collateral read() throws MalformedJsonException {
        return new Collateral(
                text(PCK_CRL_ISSUER_CHAIN, DcapObject.CRL_ISSUER),
                hex(ROOT_CRL, DcapObject.ROOT_CRL),
                hex(PCK_CRL, DcapObject.PCK_CRL),
                signed(TCB_INFO, DcapObject.TCB_INFO, DcapObject.TCB_SIGNER),
                signed(QE_IDENTITY, DcapObject.QE_IDENTITY, DcapObject.QE_IDENTITY_SIGNER),
                members.lacks(PCK_CHAIN) ? null : text(PCK_CHAIN, DcapObject.PCK_LEAF));
    }

    private Signed signed(String name, DcapObject object, DcapObject signer) throws MalformedJsonException {
        return new Signed(text(name + "_issuer_chain", signer), text(name, object), hex(name + "_signature", object));
    }

    private ByteView text(String name, DcapObject object) throws MalformedJsonException {
        if (members.lacks(name)) {
            throw Collateral.missing(object, "member \"" + name + "\" is missing");
        }
        return ByteView.wrap(members.text(name).getBytes(StandardCharsets.UTF_8));
    }

    private ByteView hex(String name, DcapObject object) throws MalformedJsonException {
        byte[] digits = text(name, object).toArray();
        try {
            return ByteView.wrap(HexFormat.of().parseHex(new String(digits, StandardCharsets.UTF_8)));
        } catch (IllegalArgumentException e) {
            throw Collateral.malformed(object, "member \"" + name + "\" is not hex with two digits a byte");
        }
    }

    static byte[] write(Collateral collateral) {
        StringBuilder json = new StringBuilder("{\n");
        member(json, PCK_CRL_ISSUER_CHAIN, text(collateral.pckCrlIssuerChain()));
        member(json, ROOT_CRL, collateral.rootCrl().toHex());
        member(json, PCK_CRL, collateral.pckCrl().toHex());
        writeSigned(json, TCB_INFO, collateral.tcbInfo());
        writeSigned(json, QE_IDENTITY, collateral.qeIdentity());
        collateral.pckChain().ifPresent(chain -> member(json, PCK_CHAIN, text(chain)));
        json.setLength(json.length() - 2);
        return json.append("\n}\n").toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void writeSigned(StringBuilder json, String name, Signed signed) {
        member(json, name + "_issuer_chain", text(signed.issuerChain()));
        member(json, name, text(signed.text()));
        member(json, name + "_signature", signed.signature().toHex());
    }

    private static void member(StringBuilder json, String name, String value) {
        json.append("  \"").append(name).append("\": \"");
        for (int i = 0; i < value.length(); i++) {
            escape(json, value.charAt(i));
        }
        json.append("\",\n");
    }

    private static void escape(StringBuilder json, char character) {
        switch (character) {
            case '"' -> json.append("\\\"");
            case '\\' -> json.append("\\\\");
            case '\n' -> json.append("\\n");
            default -> {
                if (character < 0x20) {
                    json.append("\\u%04x".formatted((int) character));
                } else {
                    json.append(character);
                }
            }
        }
    }

    private static String text(ByteView utf8) {
        return new String(utf8.toArray(), StandardCharsets.UTF_8);
    }
}
