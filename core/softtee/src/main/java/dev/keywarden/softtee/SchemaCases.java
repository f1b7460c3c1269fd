package dev.keywarden.softtee;

import static dev.keywarden.dcap.DcapCode.COLLATERAL_MALFORMED;
import static dev.keywarden.dcap.DcapCode.COLLATERAL_MISSING;
import static dev.keywarden.dcap.DcapCode.FMSPC_MISMATCH;
import static dev.keywarden.dcap.DcapCode.PCEID_MISMATCH;
import static dev.keywarden.dcap.DcapCode.TCB_EVALUATION_MISMATCH;
import static dev.keywarden.dcap.DcapCode.TCB_EVALUATION_TOO_OLD;
import static dev.keywarden.dcap.DcapCode.TCB_INFO_MALFORMED;
import static dev.keywarden.dcap.DcapCode.TCB_INFO_UNSUPPORTED;
import static dev.keywarden.dcap.DcapObject.CRL_ISSUER;
import static dev.keywarden.dcap.DcapObject.PCK_CRL;
import static dev.keywarden.dcap.DcapObject.QE_IDENTITY;
import static dev.keywarden.dcap.DcapObject.QE_IDENTITY_SIGNER;
import static dev.keywarden.dcap.DcapObject.ROOT_CRL;
import static dev.keywarden.dcap.DcapObject.TCB_INFO;
import static dev.keywarden.dcap.DcapObject.TCB_SIGNER;

import dev.keywarden.dcap.DcapObject;
import dev.keywarden.softtee.JsonForge.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/** TDX fact sheet, section 6.5, rows 121 to 146: what TCB info, QE identity and their wrapping say. */
final class SchemaCases {
    private static final String SGX_COMPONENTS = "tcbLevels/0/tcb/sgxtcbcomponents";
    private static final String TDX_COMPONENTS = "tcbLevels/0/tcb/tdxtcbcomponents";
    private static final String IDENTITY_LEVELS = "tdxModuleIdentities/0/tcbLevels";

    /** Where the objects inside TCB info stand, each with all its members required but those of {@link #OPTIONAL}. */
    private static final List<String> TCB_INFO_OBJECTS = List.of(
            "",
            "tdxModule",
            "tdxModuleIdentities/0",
            IDENTITY_LEVELS + "/0",
            IDENTITY_LEVELS + "/0/tcb",
            "tcbLevels/0",
            "tcbLevels/0/tcb",
            SGX_COMPONENTS + "/0",
            TDX_COMPONENTS + "/0");

    private static final List<String> QE_IDENTITY_OBJECTS = List.of("", "tcbLevels/0", "tcbLevels/0/tcb");

    private static final List<String> OPTIONAL = List.of("tdxModuleIdentities", "advisoryIDs");

    /** The members of the whole, and whom to blame. */
    private static final Map<String, DcapObject> MEMBERS = Map.of(
            "pck_crl_issuer_chain", CRL_ISSUER,
            "root_ca_crl", ROOT_CRL,
            "pck_crl", PCK_CRL,
            "tcb_info_issuer_chain", TCB_SIGNER,
            "tcb_info", TCB_INFO,
            "tcb_info_signature", TCB_INFO,
            "qe_identity_issuer_chain", QE_IDENTITY_SIGNER,
            "qe_identity", QE_IDENTITY,
            "qe_identity_signature", QE_IDENTITY);

    private SchemaCases() {}

    static void addTo(ConformanceCases list) {
        for (SignedObject signed : SignedObject.both()) {
            notJson(list, signed);
            types(list, signed);
            kinds(list, signed);
        }
        missingMembers(list, SignedObject.TCB_INFO, TCB_INFO_OBJECTS);
        missingMembers(list, SignedObject.QE_IDENTITY, QE_IDENTITY_OBJECTS);
        platforms(list);
        components(list);
        modules(list);
        evaluations(list);
        wrapper(list);
    }

    private static void notJson(ConformanceCases list, SignedObject signed) {
        Map<String, String> texts =
                Map.of("garbage", "garbage", "array", "[]", "empty-object", "{}", "utf-8-bom", "\ufeff{}");
        texts.forEach(
                (name, text) -> malformed(list, 121, "not-json-" + name, signed, e -> signed.text(e, old -> text)));
        malformed(list, 122, "json-trailing", signed, e -> signed.text(e, text -> text + "x"));
        malformed(list, 122, "json-trailing-object", signed, e -> signed.text(e, text -> text + "{}"));
        malformed(list, 123, "json-deep", signed, e -> signed.json(e).set("extra", nested(32)));
        list.accept(123, "json-not-too-deep-" + signed, e -> signed.json(e).set("extra", nested(31)));
        malformed(
                list,
                124,
                "json-duplicate-id",
                signed,
                e -> signed.text(e, text -> text.replaceFirst("\"version\"", "\"id\":\"TDX\",\"version\"")));
        malformed(
                list,
                124,
                "json-duplicate-elsewhere",
                signed,
                e -> signed.text(e, text -> text.replaceFirst("\"isvsvn\":", "\"isvsvn\":1,\"isvsvn\":")));
    }

    private static void types(ConformanceCases list, SignedObject signed) {
        Map<String, Object> wrong = Map.of(
                "string", "17",
                "float", new Token("17.0"),
                "exponent", new Token("1e1"),
                "negative", -1,
                "minus-zero", new Token("-0"),
                "overflow", new Token("9".repeat(30)),
                "null", new Token("null"));
        wrong.forEach((name, value) -> malformed(
                list, 126, "member-type-" + name, signed, e -> signed.json(e).set("tcbEvaluationDataNumber", value)));
        malformed(list, 126, "member-type-number-for-string", signed, e -> signed.json(e)
                .set("id", 1));
        malformed(list, 126, "member-type-string-for-list", signed, e -> signed.json(e)
                .set("tcbLevels", "x"));
        malformed(list, 126, "member-type-string-for-object", signed, e -> signed.json(e)
                .set("tcbLevels/0/tcb", "x"));
        malformed(list, 126, "member-type-number-in-advisories", signed, e -> signed.json(e)
                .set("tcbLevels/0/advisoryIDs", List.of(1)));
        for (String date : new String[] {
            "2026-11-23T00:00:00+01:00", "2026-11-23T00:00:00", "2026-02-30T00:00:00Z", "2026-11-23T00:00:00.5Z"
        }) {
            malformed(
                    list, 127, "date-form-" + date, signed, e -> signed.json(e).set("issueDate", date));
        }
    }

    private static void kinds(ConformanceCases list, SignedObject signed) {
        boolean tcbInfo = signed == SignedObject.TCB_INFO;
        for (int version : tcbInfo ? new int[] {2, 4} : new int[] {1, 3}) {
            list.refuse(
                    128,
                    "version-" + version + '-' + signed,
                    signed.code("UNSUPPORTED"),
                    signed.object(),
                    e -> signed.json(e).set("version", version));
        }
        for (String id : tcbInfo ? new String[] {"SGX"} : new String[] {"QE", "QVE"}) {
            list.refuse(129, "id-" + id + '-' + signed, signed.code("UNSUPPORTED"), signed.object(), e -> signed.json(e)
                    .set("id", id));
        }
        malformed(list, 134, "levels-empty", signed, e -> signed.json(e).set("tcbLevels", List.of()));
        malformed(list, 138, "duplicate-level", signed, e -> {
            JsonForge json = signed.json(e);
            int end = json.size("tcbLevels");
            json.set("tcbLevels/" + end, json.get("tcbLevels/0")).set("tcbLevels/" + end + "/tcbStatus", "Revoked");
        });
    }

    private static void missingMembers(ConformanceCases list, SignedObject signed, List<String> objects) {
        for (String object : objects) {
            for (String name : signed.json(new ForgedEvidence()).names(object)) {
                String path = object.isEmpty() ? name : object + '/' + name;
                if (!OPTIONAL.contains(name)) {
                    malformed(list, 125, "member-missing-" + path, signed, e -> signed.json(e)
                            .remove(path));
                }
            }
        }
    }

    private static void platforms(ConformanceCases list) {
        list.refuse(130, "tcb-type-1", TCB_INFO_UNSUPPORTED, TCB_INFO, e -> tcbInfo(e)
                .set("tcbType", 1));
        list.refuse(
                131, "fmspc-other", FMSPC_MISMATCH, TCB_INFO, e -> tcbInfo(e).set("fmspc", "00906ED50000"));
        list.accept(132, "fmspc-case", e -> {
            String fmspc = (String) tcbInfo(e).get("fmspc");
            tcbInfo(e).set("fmspc", fmspc.toUpperCase(Locale.ROOT));
        });
        list.refuse(
                133, "pceid-other", PCEID_MISMATCH, TCB_INFO, e -> tcbInfo(e).set("pceId", "0001"));
    }

    private static void components(ConformanceCases list) {
        for (String path : new String[] {SGX_COMPONENTS, TDX_COMPONENTS}) {
            malformed(list, 135, "components-15-" + path, SignedObject.TCB_INFO, e -> tcbInfo(e)
                    .remove(path + "/15"));
            malformed(list, 135, "components-17-" + path, SignedObject.TCB_INFO, e -> tcbInfo(e)
                    .set(path + "/16", Map.of("svn", 0)));
            for (int svn : new int[] {256, -1}) {
                malformed(list, 136, "component-" + svn + '-' + path, SignedObject.TCB_INFO, e -> tcbInfo(e)
                        .set(path + "/0/svn", svn));
            }
        }
        malformed(list, 137, "tdx-components-missing", SignedObject.TCB_INFO, e -> tcbInfo(e)
                .remove("tcbLevels/1/tcb/tdxtcbcomponents"));
    }

    private static void modules(ConformanceCases list) {
        malformed(list, 139, "module-missing", SignedObject.TCB_INFO, e -> tcbInfo(e)
                .remove("tdxModule"));
        malformed(list, 140, "identities-empty", SignedObject.TCB_INFO, e -> tcbInfo(e)
                .set("tdxModuleIdentities", List.of()));
        malformed(list, 140, "identity-without-levels", SignedObject.TCB_INFO, e -> tcbInfo(e)
                .set(IDENTITY_LEVELS, List.of()));
        for (String member : new String[] {"tdxModule", "tdxModuleIdentities"}) {
            list.refuse(141, "sgx-with-" + member, TCB_INFO_MALFORMED, TCB_INFO, e -> {
                Object module = new ArrayList<>(List.of(tcbInfo(e).get(member))).getFirst();
                e.quote().versionThree();
                e.policy(policy -> policy.with(policy.limits().withSgx()))
                        .collateral()
                        .sgx();
                tcbInfo(e).set(member, module);
            });
        }
    }

    private static void evaluations(ConformanceCases list) {
        list.refuse(142, "eval-differs", TCB_EVALUATION_MISMATCH, QE_IDENTITY, e -> {
            e.policy(policy -> policy.withEqualEvaluation());
            e.collateral().qeIdentity().set("tcbEvaluationDataNumber", CollateralText.EVALUATION + 1);
        });
        list.accept(142, "eval-differs-tolerated", e -> e.collateral()
                .qeIdentity()
                .set("tcbEvaluationDataNumber", CollateralText.EVALUATION + 1));
        list.refuse(143, "eval-floor", TCB_EVALUATION_TOO_OLD, TCB_INFO, e -> {
            e.policy(policy -> policy.withMinimumEvaluationNumber(17));
            e.collateral().tcbInfo().set("tcbEvaluationDataNumber", 16);
            e.collateral().qeIdentity().set("tcbEvaluationDataNumber", 16);
        });
        list.accept(143, "eval-at-floor", e -> e.policy(policy -> policy.withMinimumEvaluationNumber(17)));
    }

    private static void wrapper(ConformanceCases list) {
        MEMBERS.forEach((member, object) ->
                list.refuse(145, "wrapper-missing-" + member, COLLATERAL_MISSING, object, e -> e.collateral()
                        .members(members -> members.remove(member))));
        for (String member : new String[] {"root_ca_crl", "pck_crl", "tcb_info_signature", "qe_identity_signature"}) {
            DcapObject object = Objects.requireNonNull(MEMBERS.get(member));
            list.refuse(
                    146,
                    "wrapper-hex-odd-" + member,
                    COLLATERAL_MALFORMED,
                    object,
                    e -> SignedObject.member(e, member, hex -> hex.substring(1)));
            list.refuse(
                    146,
                    "wrapper-hex-not-" + member,
                    COLLATERAL_MALFORMED,
                    object,
                    e -> SignedObject.member(e, member, hex -> "g" + hex.substring(1)));
        }
    }

    private static void malformed(
            ConformanceCases list, int row, String name, SignedObject signed, Consumer<ForgedEvidence> mutation) {
        list.refuse(row, name + '-' + signed, signed.code("MALFORMED"), signed.object(), mutation);
    }

    private static JsonForge tcbInfo(ForgedEvidence evidence) {
        return evidence.collateral().tcbInfo();
    }

    private static Object nested(int levels) {
        return new Token("[".repeat(levels) + "]".repeat(levels));
    }
}
