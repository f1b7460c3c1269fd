package dev.keywarden.softtee;

import static dev.keywarden.dcap.DcapCode.ATTESTATION_KEY_INVALID;
import static dev.keywarden.dcap.DcapCode.PCK_CERT_MISMATCH;
import static dev.keywarden.dcap.DcapCode.QUOTE_CERT_DATA_UNSUPPORTED;
import static dev.keywarden.dcap.DcapCode.QUOTE_STRUCTURE_INVALID;
import static dev.keywarden.dcap.DcapCode.QUOTE_TRUNCATED;
import static dev.keywarden.dcap.DcapObject.PCK_LEAF;
import static dev.keywarden.dcap.DcapObject.QUOTE;

import dev.keywarden.dcap.PckCa;
import java.math.BigInteger;
import java.util.Arrays;

/** TDX fact sheet, section 6.1, rows 26 to 43: the signature data. Offsets are those of a version 4 quote. */
final class CertificationCases {
    private static final int OUTER_TYPE = 764;
    private static final int OUTER_SIZE = 766;
    private static final int AUTHENTICATION_LENGTH = 1218;
    private static final int INNER_TYPE = 1252;
    private static final int INNER_SIZE = 1254;
    private static final int[] PLATFORM_ID_BYTES = {0, 36, 276, 404};

    private static final BigInteger P =
            new BigInteger("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff", 16);
    private static final BigInteger B =
            new BigInteger("5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b", 16);

    private CertificationCases() {}

    static void addTo(ConformanceCases list) {
        outer(list);
        inner(list);
        authenticationData(list);
        attestationKeys(list);
        suppliedChains(list);
    }

    private static void outer(ConformanceCases list) {
        list.refuse(26, "outer-type-5", QUOTE_CERT_DATA_UNSUPPORTED, QUOTE, e -> e.quote()
                .splice(CertificationCases::withoutWrapping));
        for (int type : new int[] {0, 7, 9}) {
            list.refuse(27, "outer-type-" + type, QUOTE_CERT_DATA_UNSUPPORTED, QUOTE, e -> e.quote()
                    .splice(Splice.put(OUTER_TYPE, type)));
        }
        for (int difference : new int[] {1, -1}) {
            list.refuse(28, "outer-size-off-by-" + difference, QUOTE_STRUCTURE_INVALID, QUOTE, e -> e.quote()
                    .splice(Splice.add(OUTER_SIZE, difference)));
        }
    }

    private static void inner(ConformanceCases list) {
        list.refuse(29, "nested-six", QUOTE_CERT_DATA_UNSUPPORTED, QUOTE, e -> e.quote()
                .splice(Splice.put(INNER_TYPE, 6)));
        for (int type : new int[] {0, 7, 8}) {
            list.refuse(30, "inner-type-" + type, QUOTE_CERT_DATA_UNSUPPORTED, QUOTE, e -> e.quote()
                    .splice(Splice.put(INNER_TYPE, type)));
        }
        list.refuse(
                31, "inner-size-over", QUOTE_TRUNCATED, QUOTE, e -> e.quote().splice(Splice.add(INNER_SIZE, 1)));
        list.refuse(32, "inner-size-short", QUOTE_STRUCTURE_INVALID, QUOTE, e -> e.quote()
                .splice(Splice.add(INNER_SIZE, -1)));
        list.refuse(33, "inner-size-zero", QUOTE_STRUCTURE_INVALID, QUOTE, e -> e.quote()
                .certificationData(5, new byte[0]));
    }

    private static void authenticationData(ConformanceCases list) {
        list.refuse(34, "auth-length-over", QUOTE_TRUNCATED, QUOTE, e -> e.quote()
                .splice(Splice.put(AUTHENTICATION_LENGTH, 0xff, 0xff)));
        for (int length : new int[] {0, 31, 33}) {
            list.refuse(35, "auth-length-" + length, QUOTE_STRUCTURE_INVALID, QUOTE, e -> e.quote()
                    .authenticationData(new byte[length]));
        }
    }

    private static void attestationKeys(ConformanceCases list) {
        list.refuse(36, "att-key-zero", ATTESTATION_KEY_INVALID, QUOTE, e -> e.quote()
                .attestationKey(new byte[64]));
        list.refuse(37, "att-key-off-curve", ATTESTATION_KEY_INVALID, QUOTE, e -> e.quote()
                .attestationKey(
                        Splice.flip(63, 1).apply(e.pki().attestationKey("").point())));
        list.refuse(38, "att-key-over-prime", ATTESTATION_KEY_INVALID, QUOTE, e -> e.quote()
                .attestationKey(pointOverPrime()));
    }

    private static void suppliedChains(ConformanceCases list) {
        for (int type = 1; type <= 4; type++) {
            int named = type;
            list.refuse(39, "type-" + type + "-no-chain", QUOTE_CERT_DATA_UNSUPPORTED, QUOTE, e -> e.quote()
                    .certificationData(named, naming(e, named)));
            list.accept(40, "type-" + type + "-with-chain", e -> supply(e, e.pem())
                    .quote()
                    .certificationData(named, naming(e, named)));
        }
        for (int offset : new int[] {384, 400, 402}) {
            list.refuse(41, "type-3-other-svn-at-" + offset, PCK_CERT_MISMATCH, PCK_LEAF, e -> supply(e, e.pem())
                    .quote()
                    .certificationData(3, Splice.flip(offset, 1).apply(naming(e, 3))));
        }
        list.refuse(42, "type-5-other-leaf", PCK_CERT_MISMATCH, PCK_LEAF, e -> {
            byte[] other = e.pki().leaf(PckCa.PLATFORM, "other").encode(e.pki().authorityKey(PckCa.PLATFORM));
            supply(e, ForgedEvidence.pem(other, e.authority(), e.root()));
        });
        list.accept(43, "type-5-same-chain", e -> supply(e, e.pem()));
    }

    private static ForgedEvidence supply(ForgedEvidence evidence, String chain) {
        evidence.collateral().members(members -> members.put("pck_certificate_chain", chain));
        return evidence;
    }

    /** Certification data of types 1 to 4, which name the right platform. */
    private static byte[] naming(ForgedEvidence evidence, int type) {
        if (type == 4) {
            return ForgedEvidence.ascii(CertificateForge.pem(evidence.leaf()));
        }
        byte[] data = new byte[PLATFORM_ID_BYTES[type]];
        System.arraycopy(SoftwarePki.cpuSvn(), 0, data, data.length - 20, 16);
        data[data.length - 4] = SoftwarePki.PCE_SVN;
        return data;
    }

    /** The quote with its chain directly in the signature data, as one other generator builds it. */
    private static byte[] withoutWrapping(byte[] quote) {
        byte[] chain = Arrays.copyOfRange(quote, INNER_TYPE, quote.length);
        byte[] whole = Arrays.copyOf(quote, OUTER_TYPE + chain.length);
        System.arraycopy(chain, 0, whole, OUTER_TYPE, chain.length);
        int length = whole.length - QuoteCases.SIGNATURE_LENGTH - 4;
        return Splice.number(QuoteCases.SIGNATURE_LENGTH, length).apply(whole);
    }

    /** A point whose X is written as a number that is not below the prime. */
    private static byte[] pointOverPrime() {
        for (BigInteger x = BigInteger.ONE; ; x = x.add(BigInteger.ONE)) {
            BigInteger square =
                    x.pow(3).subtract(x.multiply(BigInteger.valueOf(3))).add(B).mod(P);
            BigInteger y = square.modPow(P.add(BigInteger.ONE).shiftRight(2), P);
            if (y.multiply(y).mod(P).equals(square)) {
                byte[] point = Arrays.copyOf(Splice.fixedWidth(x.add(P)), 64);
                return Splice.put(32, Splice.fixedWidth(y)).apply(point);
            }
        }
    }
}
