package dev.keywarden.softtee;

import static dev.keywarden.dcap.DcapCode.CERT_REVOKED;
import static dev.keywarden.dcap.DcapCode.COLLATERAL_MALFORMED;
import static dev.keywarden.dcap.DcapCode.COLLATERAL_MISSING;
import static dev.keywarden.dcap.DcapCode.CRL_EXPIRED;
import static dev.keywarden.dcap.DcapCode.CRL_MALFORMED;
import static dev.keywarden.dcap.DcapCode.CRL_NOT_YET_VALID;
import static dev.keywarden.dcap.DcapCode.CRL_SIGNATURE_INVALID;
import static dev.keywarden.dcap.DcapCode.ROOT_NOT_TRUSTED;
import static dev.keywarden.dcap.DcapObject.CRL_ISSUER;
import static dev.keywarden.dcap.DcapObject.PCK_CA;
import static dev.keywarden.dcap.DcapObject.PCK_CRL;
import static dev.keywarden.dcap.DcapObject.PCK_LEAF;
import static dev.keywarden.dcap.DcapObject.ROOT;
import static dev.keywarden.dcap.DcapObject.ROOT_CRL;
import static dev.keywarden.dcap.DcapObject.TCB_SIGNER;
import static dev.keywarden.softtee.ForgedEvidence.NOW;
import static dev.keywarden.softtee.SoftwarePki.AUTHORITY_KEY_IDENTIFIER;

import dev.keywarden.dcap.DcapObject;
import dev.keywarden.dcap.PckCa;
import dev.keywarden.dcap.ServiceAnswer;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** TDX fact sheet, section 6.4: lists of revoked certificates. Rows about any list are run for both. */
final class CrlCases {
    private static final int REASON_HOLD = 6;
    private static final byte[] NULL = {5, 0};

    /** A list: what it is called in collateral, whom to blame, and its forge. */
    private record Which(String member, DcapObject object, Function<CollateralForge, CrlForge> forge) {}

    private static final Which[] BOTH = {
        new Which("root_ca_crl", ROOT_CRL, CollateralForge::rootCrl),
        new Which("pck_crl", PCK_CRL, CollateralForge::pckCrl)
    };

    private CrlCases() {}

    static void addTo(ConformanceCases list) {
        for (Which which : BOTH) {
            encodings(list, which);
            formats(list, which);
            structure(list, which);
            windows(list, which);
        }
        issuers(list);
        revocations(list);
        oddSerials(list);
    }

    private static void encodings(ConformanceCases list, Which which) {
        String name = '-' + which.member();
        list.refuse(84, "crl-missing" + name, COLLATERAL_MISSING, which.object(), e -> e.collateral()
                .members(members -> members.remove(which.member())));
        list.refuse(84, "crl-empty" + name, COLLATERAL_MISSING, which.object(), e -> e.collateral()
                .members(members -> members.put(which.member(), "")));
        list.refuse(85, "crl-garbage" + name, CRL_MALFORMED, which.object(), e -> e.collateral()
                .members(members -> members.put(which.member(), "00ff00ff")));
        list.refuse(85, "crl-garbage-not-hex" + name, COLLATERAL_MALFORMED, which.object(), e -> e.collateral()
                .members(members -> members.put(which.member(), "no hex")));
        list.refuse(87, "crl-signature" + name, CRL_SIGNATURE_INVALID, which.object(), e -> e.collateral()
                .members(members ->
                        members.compute(which.member(), (key, hex) -> lastDigitChanged(String.valueOf(hex)))));
    }

    private static void formats(ConformanceCases list, Which which) {
        String name = '-' + which.member();
        list.accept(86, "crl-formats-der" + name, e -> fetched(e, which, der -> der));
        list.accept(86, "crl-formats-pem" + name, e -> fetched(e, which, CrlCases::pem));
        list.accept(
                86,
                "crl-formats-hex" + name,
                e -> fetched(e, which, der -> HexFormat.of().formatHex(der).getBytes(StandardCharsets.US_ASCII)));
    }

    private static void structure(ConformanceCases list, Which which) {
        String name = '-' + which.member();
        list.refuse(92, "crl-no-number" + name, CRL_MALFORMED, which.object(), e -> forge(e, which)
                .withoutExtension(CrlForge.CRL_NUMBER));
        list.refuse(92, "crl-no-aki" + name, CRL_MALFORMED, which.object(), e -> forge(e, which)
                .withoutExtension(AUTHORITY_KEY_IDENTIFIER));
        list.refuse(92, "crl-unknown-critical" + name, CRL_MALFORMED, which.object(), e -> forge(e, which)
                .extension("1.2.3.4", true, NULL));
        list.refuse(93, "crl-v1" + name, CRL_MALFORMED, which.object(), e -> forge(e, which)
                .version(1));
        list.refuse(96, "crl-no-next" + name, CRL_MALFORMED, which.object(), e -> forge(e, which)
                .window(NOW.minus(Duration.ofDays(1)), null));
    }

    private static void windows(ConformanceCases list, Which which) {
        String name = '-' + which.member();
        list.refuse(94, "crl-expired" + name, CRL_EXPIRED, which.object(), e -> forge(e, which)
                .window(NOW.minus(Duration.ofDays(1)), NOW));
        list.refuse(95, "crl-future" + name, CRL_NOT_YET_VALID, which.object(), e -> forge(e, which)
                .window(NOW.plusSeconds(1), NOW.plus(Duration.ofDays(1))));
    }

    private static void issuers(ConformanceCases list) {
        list.refuse(
                88,
                "crl-wrong-ca",
                CRL_SIGNATURE_INVALID,
                PCK_CRL,
                e -> e.collateral(e.tee().collateral(PckCa.PROCESSOR, NOW)));
        list.refuse(
                88,
                "crl-wrong-ca-right-chain",
                CRL_SIGNATURE_INVALID,
                PCK_CRL,
                e -> e.collateral(e.tee().collateral(PckCa.PROCESSOR, NOW).crlIssuerChain(e.authority(), e.root())));
        list.refuse(89, "crl-swapped", CRL_SIGNATURE_INVALID, ROOT_CRL, e -> e.collateral()
                .members(members -> {
                    String root = String.valueOf(members.get("root_ca_crl"));
                    members.put("root_ca_crl", String.valueOf(members.get("pck_crl")));
                    members.put("pck_crl", root);
                }));
        list.refuse(90, "crl-by-stranger", CRL_SIGNATURE_INVALID, PCK_CRL, e -> e.collateral()
                .pckCrl()
                .signer(ForgedEvidence.stranger().pki().authorityKey(PckCa.PLATFORM)));
        list.refuse(91, "crl-issuer-chain-root", ROOT_NOT_TRUSTED, CRL_ISSUER, e -> {
            SoftwarePki other = ForgedEvidence.stranger().pki();
            e.collateral().crlIssuerChain(e.authority(), other.root().encode(other.rootKey()));
        });
    }

    private static void revocations(ConformanceCases list) {
        list.refuse(97, "leaf-revoked", CERT_REVOKED, PCK_LEAF, e -> e.collateral()
                .pckCrl()
                .revoke(e.pki().leafSerial(PckCa.PLATFORM, "")));
        list.refuse(98, "ca-revoked", CERT_REVOKED, PCK_CA, e -> e.collateral()
                .rootCrl()
                .revoke(e.pki().authoritySerial(PckCa.PLATFORM)));
        list.refuse(99, "signer-revoked", CERT_REVOKED, TCB_SIGNER, e -> e.collateral()
                .rootCrl()
                .revoke(e.pki().tcbSignerSerial()));
        list.refuse(100, "root-revoked", CERT_REVOKED, ROOT, e -> e.collateral()
                .rootCrl()
                .revoke(e.pki().rootSerial()));
        list.refuse(101, "revoked-on-hold", CERT_REVOKED, PCK_LEAF, e -> e.collateral()
                .pckCrl()
                .revoke(e.pki().leafSerial(PckCa.PLATFORM, ""), REASON_HOLD));
    }

    private static void oddSerials(ConformanceCases list) {
        BigInteger topBit = BigInteger.ONE.shiftLeft(127).add(BigInteger.TWO);
        list.refuse(102, "serial-leading-zero", CERT_REVOKED, PCK_LEAF, e -> {
            e.leaf(leaf -> leaf.serial(topBit));
            e.collateral().pckCrl().revoke(topBit);
        });
        list.accept(103, "other-revoked", e -> e.collateral()
                .pckCrl()
                .revokeAll(
                        IntStream.range(1, 50_001).mapToObj(BigInteger::valueOf).toList()));
    }

    private static CrlForge forge(ForgedEvidence evidence, Which which) {
        return which.forge().apply(evidence.collateral());
    }

    private static void fetched(ForgedEvidence evidence, Which which, UnaryOperator<byte[]> form) {
        evidence.collateral()
                .members(members -> members.compute(which.member(), (key, hex) -> {
                    byte[] der = HexFormat.of().parseHex(String.valueOf(hex));
                    return ServiceAnswer.crl(form.apply(der), which.object()).toHex();
                }));
    }

    private static byte[] pem(byte[] der) {
        String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return ForgedEvidence.ascii("-----BEGIN X509 CRL-----\n" + lines + "\n-----END X509 CRL-----\n");
    }

    static String lastDigitChanged(String hex) {
        char last = hex.charAt(hex.length() - 1);
        return hex.substring(0, hex.length() - 1) + (last == '0' ? '1' : '0');
    }
}
