package dev.keywarden.softtee;

import static dev.keywarden.dcap.DcapCode.CERT_CHAIN_LENGTH_INVALID;
import static dev.keywarden.dcap.DcapCode.CERT_CHAIN_MALFORMED;
import static dev.keywarden.dcap.DcapCode.CERT_EXPIRED;
import static dev.keywarden.dcap.DcapCode.CERT_PROFILE_INVALID;
import static dev.keywarden.dcap.DcapCode.CERT_ROLE_MISMATCH;
import static dev.keywarden.dcap.DcapCode.CERT_SIGNATURE_INVALID;
import static dev.keywarden.dcap.DcapCode.COLLATERAL_MALFORMED;
import static dev.keywarden.dcap.DcapCode.COLLATERAL_MISSING;
import static dev.keywarden.dcap.DcapCode.ROOT_NOT_TRUSTED;
import static dev.keywarden.softtee.ForgedEvidence.NOW;
import static dev.keywarden.softtee.SoftwarePki.VALID_FROM;

import dev.keywarden.dcap.PckCa;
import java.math.BigInteger;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;

/** TDX fact sheet, section 6.5, rows 105 to 120: who signed TCB info and QE identity, and when. */
final class SignedObjectCases {
    private static final BigInteger ORDER =
            new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);

    private SignedObjectCases() {}

    static void addTo(ConformanceCases list) {
        for (SignedObject signed : SignedObject.both()) {
            signatures(list, signed);
            impossibleSignatures(list, signed);
            shapes(list, signed);
            foreignSigners(list, signed);
            platformsAsSigners(list, signed);
            signerChains(list, signed);
            signerCertificates(list, signed);
            windows(list, signed);
        }
    }

    private static void signatures(ConformanceCases list, SignedObject signed) {
        String signature = signed.member() + "_signature";
        list.refuse(
                105,
                signature,
                signed.code("SIGNATURE_INVALID"),
                signed.object(),
                e -> SignedObject.member(e, signature, CrlCases::lastDigitChanged));
        list.refuse(
                106,
                "body-changed-" + signed,
                signed.code("SIGNATURE_INVALID"),
                signed.object(),
                e -> SignedObject.member(
                        e, signed.member(), text -> text.replace("DataNumber\":17", "DataNumber\":18")));
        list.refuse(107, "reformatted-space-" + signed, signed.code("SIGNATURE_INVALID"), signed.object(), e -> {
            SignedObject.member(e, signed.member(), text -> text.replaceFirst(":", ": "));
        });
        list.refuse(107, "reformatted-order-" + signed, signed.code("SIGNATURE_INVALID"), signed.object(), e -> {
            SignedObject.member(e, signed.member(), text -> {
                String version = text.substring(text.indexOf("\"version\""), text.indexOf("\"issueDate\""));
                return '{' + version + text.substring(1).replace(version, "");
            });
        });
    }

    private static void impossibleSignatures(ConformanceCases list, SignedObject signed) {
        String zero = "0".repeat(64);
        Map<String, String> impossible = Map.of(
                "zero",
                zero + zero,
                "r-zero",
                zero + "1".repeat(64),
                "s-zero",
                "1".repeat(64) + zero,
                "r-order",
                HexFormat.of().formatHex(Splice.fixedWidth(ORDER)) + "1".repeat(64));
        impossible.forEach((name, hex) -> list.refuse(
                109,
                "signature-" + name + '-' + signed,
                signed.code("SIGNATURE_INVALID"),
                signed.object(),
                e -> SignedObject.member(e, signed.member() + "_signature", old -> hex)));
    }

    private static void shapes(ConformanceCases list, SignedObject signed) {
        String signature = signed.member() + "_signature";
        Map<String, String> shapes = Map.of(
                "126", "1".repeat(126),
                "130", "1".repeat(130),
                "not-hex", "x".repeat(128));
        shapes.forEach((name, hex) -> list.refuse(
                108,
                "signature-shape-" + name + '-' + signed,
                COLLATERAL_MALFORMED,
                signed.object(),
                e -> SignedObject.member(e, signature, old -> hex)));
        list.refuse(
                108,
                "signature-shape-empty-" + signed,
                COLLATERAL_MISSING,
                signed.object(),
                e -> SignedObject.member(e, signature, old -> ""));
    }

    private static void platformsAsSigners(ConformanceCases list, SignedObject signed) {
        list.refuse(
                110,
                "signed-by-pck-long-" + signed,
                CERT_CHAIN_LENGTH_INVALID,
                signed.signer(),
                e -> signed.signedBy(e, e.pki().platformKey(""), e.leaf(), e.authority(), e.root()));
        list.refuse(
                110,
                "signed-by-pck-" + signed,
                CERT_SIGNATURE_INVALID,
                signed.signer(),
                e -> signed.signedBy(e, e.pki().platformKey(""), e.leaf(), e.root()));
        list.refuse(
                110,
                "signed-by-pck-under-root-" + signed,
                CERT_ROLE_MISMATCH,
                signed.signer(),
                e -> signed.signedBy(
                        e,
                        e.pki().platformKey(""),
                        e.pki()
                                .leaf(PckCa.PLATFORM, "")
                                .issuer(SoftwarePki.ROOT_NAME)
                                .replaceExtension(
                                        SoftwarePki.AUTHORITY_KEY_IDENTIFIER,
                                        false,
                                        e.pki().authorityKeyIdentifier(e.pki().rootKey()))
                                .encode(e.pki().rootKey()),
                        e.root()));
    }

    private static void foreignSigners(ConformanceCases list, SignedObject signed) {
        list.refuse(
                114,
                "signer-is-ca-" + signed,
                CERT_PROFILE_INVALID,
                signed.signer(),
                e -> signed.signedBy(e, e.pki().authorityKey(PckCa.PLATFORM), e.authority(), e.root()));
        list.refuse(116, "signer-other-root-" + signed, ROOT_NOT_TRUSTED, signed.signer(), e -> {
            SoftwarePki other = ForgedEvidence.stranger().pki();
            signed.signedBy(
                    e,
                    other.tcbSignerKey(),
                    other.tcbSigner().encode(other.rootKey()),
                    other.root().encode(other.rootKey()));
        });
    }

    private static void signerChains(ConformanceCases list, SignedObject signed) {
        list.refuse(
                111,
                "signer-chain-short-" + signed,
                CERT_CHAIN_LENGTH_INVALID,
                signed.signer(),
                e -> signed.chain(e, signer(e)));
        list.refuse(
                112,
                "signer-chain-long-" + signed,
                CERT_CHAIN_LENGTH_INVALID,
                signed.signer(),
                e -> signed.chain(e, signer(e), e.root(), e.root()));
        list.refuse(
                113,
                "signer-cert-garbage-" + signed,
                CERT_CHAIN_MALFORMED,
                signed.signer(),
                e -> signed.chain(e, new byte[] {1, 2, 3}, e.root()));
        list.refuse(
                113,
                "signer-chain-garbage-" + signed,
                CERT_CHAIN_MALFORMED,
                signed.signer(),
                e -> SignedObject.member(e, signed.member() + "_issuer_chain", old -> "garbage"));
    }

    private static void signerCertificates(ConformanceCases list, SignedObject signed) {
        list.refuse(
                115,
                "signer-cn-" + signed,
                CERT_ROLE_MISMATCH,
                signed.signer(),
                e -> signed.chain(
                        e,
                        e.pki()
                                .tcbSigner()
                                .subject("Intel SGX TCB Signing 2")
                                .encode(e.pki().rootKey()),
                        e.root()));
        list.refuse(
                117,
                "signer-via-ca-" + signed,
                CERT_SIGNATURE_INVALID,
                signed.signer(),
                e -> signed.chain(
                        e,
                        e.pki()
                                .tcbSigner()
                                .issuer(PckCa.PLATFORM.commonName())
                                .encode(e.pki().authorityKey(PckCa.PLATFORM)),
                        e.root()));
        list.refuse(
                118,
                "signer-expired-" + signed,
                CERT_EXPIRED,
                signed.signer(),
                e -> signed.chain(
                        e,
                        e.pki()
                                .tcbSigner()
                                .validity(VALID_FROM, NOW.minusSeconds(1))
                                .encode(e.pki().rootKey()),
                        e.root()));
    }

    private static void windows(ConformanceCases list, SignedObject signed) {
        list.refuse(119, "expired-now-" + signed, signed.code("EXPIRED"), signed.object(), e -> signed.json(e)
                .set("nextUpdate", NOW.toString()));
        list.refuse(119, "expired-before-" + signed, signed.code("EXPIRED"), signed.object(), e -> signed.json(e)
                .set("nextUpdate", NOW.minusSeconds(1).toString()));
        list.refuse(120, "future-" + signed, signed.code("NOT_YET_VALID"), signed.object(), e -> signed.json(e)
                .set("issueDate", NOW.plusSeconds(1).toString())
                .set("nextUpdate", NOW.plus(Duration.ofDays(1)).toString()));
        list.accept(120, "issued-now-" + signed, e -> signed.json(e).set("issueDate", NOW.toString()));
    }

    private static byte[] signer(ForgedEvidence evidence) {
        return evidence.pki().tcbSigner().encode(evidence.pki().rootKey());
    }
}
