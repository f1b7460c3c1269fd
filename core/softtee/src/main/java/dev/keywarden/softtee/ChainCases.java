package dev.keywarden.softtee;

import static dev.keywarden.dcap.DcapCode.CERT_CHAIN_LENGTH_INVALID;
import static dev.keywarden.dcap.DcapCode.CERT_CHAIN_MALFORMED;
import static dev.keywarden.dcap.DcapCode.CERT_EXPIRED;
import static dev.keywarden.dcap.DcapCode.CERT_NOT_YET_VALID;
import static dev.keywarden.dcap.DcapCode.CERT_PROFILE_INVALID;
import static dev.keywarden.dcap.DcapCode.CERT_ROLE_MISMATCH;
import static dev.keywarden.dcap.DcapCode.CERT_SIGNATURE_INVALID;
import static dev.keywarden.dcap.DcapCode.ROOT_NOT_TRUSTED;
import static dev.keywarden.dcap.DcapObject.PCK_CA;
import static dev.keywarden.dcap.DcapObject.PCK_LEAF;
import static dev.keywarden.dcap.DcapObject.QUOTE;
import static dev.keywarden.dcap.DcapObject.ROOT;
import static dev.keywarden.softtee.ForgedEvidence.NOW;
import static dev.keywarden.softtee.SoftwarePki.AUTHORITY_KEY_IDENTIFIER;
import static dev.keywarden.softtee.SoftwarePki.BASIC_CONSTRAINTS;
import static dev.keywarden.softtee.SoftwarePki.CRL_DISTRIBUTION_POINTS;
import static dev.keywarden.softtee.SoftwarePki.KEY_USAGE;
import static dev.keywarden.softtee.SoftwarePki.SUBJECT_KEY_IDENTIFIER;
import static dev.keywarden.softtee.SoftwarePki.VALID_FROM;
import static dev.keywarden.softtee.SoftwarePki.VALID_UNTIL;

import dev.keywarden.dcap.PckCa;
import dev.keywarden.dcap.PinnedRoot;
import java.math.BigInteger;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** TDX fact sheet, section 6.2: the PCK chain. */
final class ChainCases {
    private static final String BEGIN = "-----BEGIN CERTIFICATE-----";
    private static final String END = "-----END CERTIFICATE-----";

    private static final byte[] NOT_AN_AUTHORITY = HexFormat.of().parseHex("3000");
    private static final byte[] AUTHORITY = HexFormat.of().parseHex("30030101ff");
    private static final byte[] PATH_LENGTH_ONE = HexFormat.of().parseHex("30060101ff020101");
    private static final byte[] CRL_SIGN_ONLY = HexFormat.of().parseHex("03020102");

    private static final List<String> DEMANDED_EXTENSIONS = List.of(
            AUTHORITY_KEY_IDENTIFIER, SUBJECT_KEY_IDENTIFIER, KEY_USAGE, BASIC_CONSTRAINTS, CRL_DISTRIBUTION_POINTS);

    private ChainCases() {}

    static void addTo(ConformanceCases list) {
        armour(list);
        lengths(list);
        roots(list);
        signatures(list);
        authorities(list);
        leaves(list);
        algorithms(list);
        keys(list);
        roles(list);
        windows(list);
    }

    private static void armour(ConformanceCases list) {
        Map<String, UnaryOperator<String>> broken = Map.of(
                "base64", pem -> pem.replaceFirst("MII", "M*I"),
                "dashes", pem -> pem.replaceFirst(BEGIN, BEGIN.substring(1)),
                "swapped", pem -> pem.replace(BEGIN, "?").replace(END, BEGIN).replace("?", END),
                "label", pem -> pem.replace("CERTIFICATE-----", "X509 CRL-----"));
        broken.forEach((name, change) ->
                list.refuse(44, "pem-broken-" + name, CERT_CHAIN_MALFORMED, QUOTE, e -> e.pem(change.apply(e.pem()))));
        list.refuse(45, "pem-text-before", CERT_CHAIN_MALFORMED, QUOTE, e -> e.pem("# a chain\n" + e.pem()));
        list.refuse(46, "pem-two-nuls", CERT_CHAIN_MALFORMED, QUOTE, e -> e.pem(e.pem() + "\0\0"));
        list.accept(47, "pem-one-nul", e -> e.pem(e.pem() + '\0'));
        list.refuse(
                48,
                "der-trailing",
                CERT_CHAIN_MALFORMED,
                PCK_LEAF,
                e -> e.chain(Splice.append(new byte[] {0}).apply(e.leaf()), e.authority(), e.root()));
    }

    private static void lengths(ConformanceCases list) {
        list.refuse(49, "chain-1", CERT_CHAIN_LENGTH_INVALID, QUOTE, e -> e.chain(e.leaf()));
        list.refuse(49, "chain-2", CERT_CHAIN_LENGTH_INVALID, QUOTE, e -> e.chain(e.leaf(), e.authority()));
        list.refuse(
                49,
                "chain-4",
                CERT_CHAIN_LENGTH_INVALID,
                QUOTE,
                e -> e.chain(e.leaf(), e.authority(), e.root(), e.root()));
        list.refuse(50, "chain-order", ROOT_NOT_TRUSTED, ROOT, e -> e.chain(e.root(), e.authority(), e.leaf()));
    }

    private static void roots(ConformanceCases list) {
        list.refuse(51, "other-root", ROOT_NOT_TRUSTED, ROOT, e -> e.madeBy(ForgedEvidence.stranger()));
        list.refuse(52, "root-resigned", ROOT_NOT_TRUSTED, ROOT, e -> e.chain(e.leaf(), e.authority(), resigned(e)));
        list.accept(
                52, "root-resigned-by-key", e -> e.trusting(e.rootByKey()).chain(e.leaf(), e.authority(), resigned(e)));
        list.refuse(53, "test-root-in-production", ROOT_NOT_TRUSTED, ROOT, e -> e.trusting(PinnedRoot.intel()));
    }

    private static void signatures(ConformanceCases list) {
        list.refuse(
                54,
                "ca-signature",
                CERT_SIGNATURE_INVALID,
                PCK_CA,
                e -> e.chain(e.leaf(), flippedAtEnd(e.authority()), e.root()));
        list.refuse(
                55,
                "leaf-signature",
                CERT_SIGNATURE_INVALID,
                PCK_LEAF,
                e -> e.chain(flippedAtEnd(e.leaf()), e.authority(), e.root()));
        list.refuse(
                56,
                "leaf-issuer-name",
                CERT_SIGNATURE_INVALID,
                PCK_LEAF,
                e -> e.leaf(leaf -> leaf.issuer(PckCa.PROCESSOR.commonName())));
        list.refuse(
                57,
                "leaf-by-root",
                CERT_SIGNATURE_INVALID,
                PCK_LEAF,
                e -> e.leaf(e.pki().rootKey(), leaf -> leaf.issuer(SoftwarePki.ROOT_NAME)));
        list.refuse(
                57,
                "leaf-by-root-key",
                CERT_SIGNATURE_INVALID,
                PCK_LEAF,
                e -> e.leaf(e.pki().rootKey(), leaf -> {}));
    }

    private static void authorities(ConformanceCases list) {
        list.refuse(
                58,
                "ca-not-ca",
                CERT_PROFILE_INVALID,
                PCK_CA,
                e -> e.authority(ca -> ca.replaceExtension(BASIC_CONSTRAINTS, true, NOT_AN_AUTHORITY)));
        list.refuse(
                58,
                "ca-no-cert-sign",
                CERT_PROFILE_INVALID,
                PCK_CA,
                e -> e.authority(ca -> ca.replaceExtension(KEY_USAGE, true, CRL_SIGN_ONLY)));
        list.refuse(
                59,
                "ca-pathlen",
                CERT_PROFILE_INVALID,
                PCK_CA,
                e -> e.authority(ca -> ca.replaceExtension(BASIC_CONSTRAINTS, true, PATH_LENGTH_ONE)));
        list.refuse(
                59,
                "ca-no-pathlen",
                CERT_PROFILE_INVALID,
                PCK_CA,
                e -> e.authority(ca -> ca.replaceExtension(BASIC_CONSTRAINTS, true, AUTHORITY)));
    }

    private static void leaves(ConformanceCases list) {
        list.refuse(
                60,
                "leaf-is-ca",
                CERT_PROFILE_INVALID,
                PCK_LEAF,
                e -> e.leaf(leaf -> leaf.replaceExtension(BASIC_CONSTRAINTS, true, AUTHORITY)));
        for (String oid : DEMANDED_EXTENSIONS) {
            list.refuse(
                    61,
                    "leaf-missing-ext-" + oid,
                    CERT_PROFILE_INVALID,
                    PCK_LEAF,
                    e -> e.leaf(leaf -> leaf.withoutExtension(oid)));
        }
        list.refuse(
                62,
                "leaf-unknown-critical",
                CERT_PROFILE_INVALID,
                PCK_LEAF,
                e -> e.leaf(leaf -> leaf.extension("1.2.3.4", true, new byte[] {5, 0})));
        list.accept(
                62,
                "leaf-unknown-not-critical",
                e -> e.leaf(leaf -> leaf.extension("1.2.3.4", false, new byte[] {5, 0})));
    }

    private static void algorithms(ConformanceCases list) {
        String sha384 = CertificateForge.ECDSA_WITH_SHA384;
        list.refuse(
                63,
                "leaf-sha384",
                CERT_PROFILE_INVALID,
                PCK_LEAF,
                e -> e.leaf(leaf -> leaf.innerAlgorithm(sha384).outerAlgorithm(sha384)));
        list.refuse(
                65,
                "leaf-alg-differs-outer",
                CERT_PROFILE_INVALID,
                PCK_LEAF,
                e -> e.leaf(leaf -> leaf.outerAlgorithm(sha384)));
        list.refuse(
                65,
                "leaf-alg-differs-inner",
                CERT_PROFILE_INVALID,
                PCK_LEAF,
                e -> e.leaf(leaf -> leaf.innerAlgorithm(sha384)));
    }

    private static void keys(ConformanceCases list) {
        list.refuse(
                64,
                "leaf-p384",
                CERT_PROFILE_INVALID,
                PCK_LEAF,
                e -> e.leaf(leaf -> leaf.publicKeyInfo(ForeignKeys.p384())));
        list.refuse(
                64,
                "leaf-rsa",
                CERT_PROFILE_INVALID,
                PCK_LEAF,
                e -> e.leaf(leaf -> leaf.publicKeyInfo(ForeignKeys.rsa())));
        list.refuse(
                66,
                "leaf-explicit-curve",
                CERT_PROFILE_INVALID,
                PCK_LEAF,
                e -> e.leaf(leaf -> leaf.publicKeyInfo(
                        ExplicitCurve.withGenerator(e.pki().platformKey("").point()))));
    }

    private static void roles(ConformanceCases list) {
        list.refuse(
                67,
                "leaf-cn",
                CERT_ROLE_MISMATCH,
                PCK_LEAF,
                e -> e.leaf(leaf -> leaf.subject("Intel SGX PCK Certificate 2")));
        list.refuse(
                68,
                "ca-cn",
                CERT_ROLE_MISMATCH,
                PCK_CA,
                e -> e.chain(
                        e.pki()
                                .leaf(PckCa.PLATFORM, "")
                                .issuer("Intel SGX PCK Foo CA")
                                .encode(e.pki().authorityKey(PckCa.PLATFORM)),
                        e.pki()
                                .authority(PckCa.PLATFORM)
                                .subject("Intel SGX PCK Foo CA")
                                .encode(e.pki().rootKey()),
                        e.root()));
        list.refuse(69, "signer-as-leaf", CERT_ROLE_MISMATCH, PCK_LEAF, e -> {
            e.leaf(leaf -> leaf.subject(SoftwarePki.TCB_SIGNER_NAME)
                    .publicKeyInfo(e.pki().tcbSignerKey().publicKeyInfo()));
            e.quote().qeReportSigner(e.pki().tcbSignerKey());
        });
        list.refuse(
                69,
                "signer-certificate-as-leaf",
                CERT_SIGNATURE_INVALID,
                PCK_LEAF,
                e -> e.chain(e.pki().tcbSigner().encode(e.pki().rootKey()), e.authority(), e.root()));
    }

    private static void windows(ConformanceCases list) {
        list.refuse(
                70,
                "leaf-not-yet",
                CERT_NOT_YET_VALID,
                PCK_LEAF,
                e -> e.leaf(leaf -> leaf.validity(NOW.plusSeconds(1), VALID_UNTIL)));
        list.refuse(
                71,
                "leaf-expired",
                CERT_EXPIRED,
                PCK_LEAF,
                e -> e.leaf(leaf -> leaf.validity(VALID_FROM, NOW.minusSeconds(1))));
        list.refuse(
                71,
                "ca-expired",
                CERT_EXPIRED,
                PCK_CA,
                e -> e.authority(ca -> ca.validity(VALID_FROM, NOW.minusSeconds(1))));
        list.accept(72, "leaf-exact", e -> e.leaf(leaf -> leaf.validity(VALID_FROM, NOW)));
    }

    private static byte[] resigned(ForgedEvidence evidence) {
        return evidence.pki()
                .root()
                .serial(BigInteger.TEN)
                .encode(evidence.pki().rootKey());
    }

    private static byte[] flippedAtEnd(byte[] der) {
        return Splice.flip(der.length - 1, 1).apply(der);
    }
}
