package dev.keywarden.it;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where dcap-qvl 0.7.0 answers otherwise than we do, each with its reason; numbers are those of the TDX fact sheet, section 9,
 * which compares an older release: this one knows the relaunch statuses (44), looks at bit 39 of TDATTRIBUTES, and no longer
 * refuses bit 63 (49).
 * Patterns match the row and name of a case. Where nothing else is said, they accept what we refuse.
 */
final class DcapQvlDifferences {
    private static final Map<String, String> REASONS = new LinkedHashMap<>();

    static {
        structure();
        chains();
        collateral();
        evaluation();
        policy();
    }

    private DcapQvlDifferences() {}

    /** Reasons by pattern. */
    static Map<String, String> reasons() {
        return REASONS;
    }

    private static void structure() {
        REASONS.put("5 too-long", "they have no limit of 32 KiB");
        REASONS.put("2[34] trailing-.*", "7: bytes after the signature data are ignored");
        REASONS.put("27 outer-type-.*", "4: the outer type is not looked at");
        REASONS.put("32 inner-size-short", "8: leftovers inside nested data are ignored");
        REASONS.put("41 type-3-other-svn.*", "6: the chain in the collateral is taken unchecked");
        REASONS.put("44 pem-broken-label", "their reader of PEM does not look at the label");
        REASONS.put("4[56] pem-.*", "their reader of PEM passes over text and NULs around certificates");
    }

    private static void chains() {
        REASONS.put("49 chain-[24]", "12: any chain that validates");
        REASONS.put(
                "52 root-resigned",
                "17: their trust anchor is a name and a key, the root in the chain is not compared");
        REASONS.put("53 test-root-in-production", "they are given the test root here");
        REASONS.put("57 leaf-by-root", "12: any chain that validates");
        REASONS.put("58 ca-no-cert-sign", "certificate profiles are those of a web server's chain");
        REASONS.put("59 ca-.*pathlen", "certificate profiles are those of a web server's chain");
        REASONS.put("61 leaf-missing-ext-.*", "certificate profiles are those of a web server's chain");
        REASONS.put("67 leaf-cn", "13: common names are not looked at");
        REASONS.put("69 signer-as-leaf", "13: common names are not looked at");
        REASONS.put("7[678] ext-.*", "30: only the entries that they need are read");
        REASONS.put("(79|80) ext-.*", "29, 30: the component entries are not read");
        REASONS.put("82 ext-svn-255", "31: they refuse a PCESVN above 32767, which we read");
        REASONS.put("83 ext-trailing", "30: only the entries that they need are read");
    }

    private static void collateral() {
        REASONS.put("91 crl-issuer-chain-root", "the chain beside the PCK CRL is not verified");
        REASONS.put("92 crl-no-.*", "extensions of CRLs are not looked at");
        REASONS.put("95 crl-future-.*", "21: only the end of a CRL is looked at");
        REASONS.put("110 signed-by-pck-.*", "14: any certificate under the root may sign TCB info and identity");
        REASONS.put("11[125] signer-.*", "14: any certificate under the root may sign TCB info and identity");
        REASONS.put("119 expired-now-.*", "22: they refuse after nextUpdate, we at it");
        REASONS.put("123 json-deep-.*", "their limit of depth is 128");
        REASONS.put("127 date-form-.*(01:00|5Z)-.*", "they take any time of RFC 3339");
        REASONS.put("128 version-3-QE_IDENTITY", "26: identity of version 2 or 3");
        REASONS.put("128 version-4-TCB_INFO", "25: TCB info of version 3 or more");
        REASONS.put("130 tcb-type-1", "27: tcbType is ignored");
        REASONS.put("133 pceid-other", "28: PCEID is not compared");
        REASONS.put("137 tdx-components-missing-TCB_INFO", "members of levels that are not selected are optional");
        REASONS.put("138 duplicate-level-.*", "34: duplicate levels are kept");
        REASONS.put("140 identity-without-levels-TCB_INFO", "an identity that is not selected may be empty");
        REASONS.put("141 sgx-with-.*", "members that do not belong are ignored");
        REASONS.put("14[23] eval-.*", "52: evaluation numbers are not compared; the rule is an argument of ours");
        REASONS.put("159 identity-outside-mask-.*", "39: the expected value is masked too");
    }

    private static void evaluation() {
        REASONS.put("150 qe-hash-tail", "10: the second half of the report data is ignored");
        REASONS.put("168 report-data", "what is expected is an argument of ours");
        REASONS.put("175 seam-attributes-agreeing", "38: attributes need only be equal to the identity's");
        REASONS.put("186 levels-shuffled", "33: levels are tried in the order of the file, which gives another status");
        REASONS.put("187 status-unknown-qe", "a quoting enclave may have any status of a platform");
        REASONS.put(
                "188 status-unknown-elsewhere", "they refuse an unknown status even in a level that is not selected");
        REASONS.put("196 current-worse", "44: they report the status at launch, as Intel does");
    }

    private static void policy() {
        REASONS.put("201 td-reserved-(18|19|2[0-2])", "bits 18 to 22 of TDATTRIBUTES are not looked at");
        REASONS.put("204 td-named-(16|27|31|62|63)", "48, 49: these bits are not looked at");
        REASONS.put("204 td-named-17-allowed", "they refuse SERVTD_EXT always; the rule is an argument of ours");
        REASONS.put("20[89] xfam-.*", "50: XFAM is not looked at");
        REASONS.put("210 xfam-.*", "50: XFAM is not looked at");
        REASONS.put("211 service-td-listed", "51: the list of service TDs is an argument of ours");
    }
}
