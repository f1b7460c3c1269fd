package dev.keywarden.it;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where go-tdx-guest 0.3.1 answers otherwise than we do, each with its reason; numbers are those of the TDX fact sheet, section 9.
 * Patterns match the row and name of a case. Where nothing else is said, it accepts what we refuse.
 */
final class GoTdxGuestDifferences {
    private static final Map<String, String> REASONS = new LinkedHashMap<>();

    static {
        structure();
        chains();
        extension();
        revocation();
        collateral();
        evaluation();
        policy();
    }

    private GoTdxGuestDifferences() {}

    /** Reasons by pattern. */
    static Map<String, String> reasons() {
        return REASONS;
    }

    private static void structure() {
        REASONS.put("5 too-long", "there is no limit of 32 KiB");
        REASONS.put("13 vendor-bit-.*", "the vendor is compared where a caller names one");
        REASONS.put("2[34] trailing-.*", "7: bytes after the signature data are ignored");
        REASONS.put("35 auth-length-.*", "9: any length of the authentication data");
        REASONS.put(
                "40 type-[1-4]-with-chain",
                "5: it refuses all inner types but 5, which we take with a chain that matches");
        REASONS.put("42 type-5-other-leaf", "6: it takes the quote's chain, and knows of no other");
        REASONS.put("45 pem-text-before", "its reader of PEM passes over text before certificates");
        REASONS.put("(167 v5|193 not-replaced|211 service-td-listed).*", "1: this release refuses version 5");
        REASONS.put("212 sgx", "1: it refuses quotes of SGX, which are ours to accept by an argument");
    }

    private static void chains() {
        REASONS.put("52 root-resigned", "17: its trust anchor is a key, the root in the chain is not compared");
        REASONS.put("53 test-root-in-production", "it is given the test root here");
        REASONS.put("59 ca-.*pathlen", "certificate profiles are those of a web server's chain");
        REASONS.put("60 leaf-is-ca", "certificate profiles are those of a web server's chain");
        REASONS.put("62 leaf-unknown-not-critical", "30: it refuses a leaf with any but 6 extensions");
    }

    private static void extension() {
        REASONS.put("7[56] ext-.*", "30: four entries are enough");
        REASONS.put("80 ext-types-sgx-type-3", "the type of SGX is not read");
        REASONS.put("81 ext-cpusvn-differs", "29: CPUSVN is not compared with the components");
    }

    private static void revocation() {
        REASONS.put("91 crl-issuer-chain-root", "the chain beside the PCK CRL is not verified");
        REASONS.put("92 crl-.*", "extensions of CRLs are not looked at");
        REASONS.put("94 crl-expired-.*", "21: it refuses after nextUpdate, we at it");
        REASONS.put("95 crl-future-.*", "21: only the end of a CRL is looked at");
        REASONS.put("100 root-revoked", "the root itself is not looked for in its CRL");
    }

    private static void collateral() {
        REASONS.put("119 expired-now-.*", "22: it refuses after nextUpdate, we at it");
        REASONS.put("120 future-.*", "23: issueDate is not looked at");
        REASONS.put("123 json-deep-.*", "its limit of depth is 10,000");
        REASONS.put("124 json-duplicate-.*", "of members that occur twice the last one counts");
        REASONS.put("125 member-missing-.*", "a member that is missing is zero");
        REASONS.put(
                "126 member-type-(minus-zero|negative|null)-.*",
                "of the evaluation number only that it is a number matters, and null is zero");
        REASONS.put("127 date-form-.*", "any time of RFC 3339");
        REASONS.put("130 tcb-type-1", "27: tcbType is ignored");
        REASONS.put(
                "132 fmspc-case",
                "37: hexadecimal is compared as text in lower case, and Intel writes the FMSPC in upper case: it refuses that");
        REASONS.put("137 tdx-components-missing-TCB_INFO", "members of levels that are not selected are optional");
        REASONS.put("138 duplicate-level-.*", "34: duplicate levels are kept");
        REASONS.put("140 identity-without-levels-TCB_INFO", "an identity that is not selected may be empty");
        REASONS.put("14[23] eval-.*", "52: evaluation numbers are not compared; the rule is an argument of ours");
    }

    private static void evaluation() {
        REASONS.put("154 qe-debug-masked", "40: debugging is judged by the mask alone");
        REASONS.put("168 report-data", "what is expected is an argument of ours; see the test of the command");
        REASONS.put("171 module-id-case", "37: it refuses an id in upper case");
        REASONS.put("174 module-signer-identity", "36: signer and attributes are those of tdxModule always");
        REASONS.put(
                "186 levels-shuffled",
                "33: levels are tried in the order of the file, and it refuses the one that it finds first");
        REASONS.put(
                "188 status-unknown-elsewhere", "it refuses an unknown status even in a level that is not selected");
    }

    private static void policy() {
        REASONS.put("199 td-debug", "45: debugging is allowed by the fixed bits that it knows");
        REASONS.put(
                "204 td-named-(16|17|27|31|62)-allowed",
                "48: it refuses these bits always; the rule is an argument of ours");
        REASONS.put("204 td-named-63", "49: PERFMON is allowed");
        REASONS.put("205 td-kl-dcap", "48: it refuses key locker always");
        REASONS.put("207 td-sept-ve", "46: SEPT_VE_DISABLE may be clear");
        REASONS.put("209 xfam-mask-extended", "50: its mask is fixed; the rule is an argument of ours");
        REASONS.put("210 xfam-.*", "50: bits that belong together may come alone");
    }
}
