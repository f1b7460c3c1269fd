package dev.keywarden.softtee;

import static dev.keywarden.dcap.DcapCode.TCB_LEVEL_NOT_FOUND;
import static dev.keywarden.dcap.DcapCode.TCB_REVOKED;
import static dev.keywarden.dcap.DcapCode.TCB_STATUS_UNRECOGNIZED;
import static dev.keywarden.dcap.DcapCode.TDX_MODULE_ATTRIBUTES_MISMATCH;
import static dev.keywarden.dcap.DcapCode.TDX_MODULE_IDENTITY_MISSING;
import static dev.keywarden.dcap.DcapCode.TDX_MODULE_SIGNER_MISMATCH;
import static dev.keywarden.dcap.DcapCode.TDX_MODULE_SVN_NOT_SUPPORTED;
import static dev.keywarden.dcap.DcapObject.QE_IDENTITY;
import static dev.keywarden.dcap.DcapObject.TCB_INFO;
import static dev.keywarden.dcap.DcapObject.TD;

import dev.keywarden.dcap.TcbStatus;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** TDX fact sheet, section 6.7, rows 169 to 192: levels of module, platform and quoting enclave, and how they merge. */
final class TcbCases {
    private static final int MRSIGNERSEAM = 64;
    private static final int SEAMATTRIBUTES = 112;

    /** Where the identity of the simulated platform's module stands, {@code TDX_01}. */
    private static final String OWN_IDENTITY = "tdxModuleIdentities/1";

    private static final String TDX = "/tcb/tdxtcbcomponents/";
    private static final String SGX = "/tcb/sgxtcbcomponents/";

    private TcbCases() {}

    static void addTo(ConformanceCases list) {
        moduleIdentities(list);
        modules(list);
        moduleLevels(list);
        componentsTooLow(list);
        moduleComponents(list);
        platforms(list);
        statuses(list);
        mergeTable(list);
        advisories(list);
    }

    private static void moduleIdentities(ConformanceCases list) {
        list.refuse(169, "module-no-identity", TDX_MODULE_IDENTITY_MISSING, TD, e -> e.quote()
                .body(Splice.put(1, 9)));
        list.refuse(170, "module-no-array", TDX_MODULE_IDENTITY_MISSING, TD, e -> tcbInfo(e)
                .remove("tdxModuleIdentities"));
        list.accept(171, "module-id-case", e -> {
            tcbInfo(e).set(OWN_IDENTITY + "/id", "tdx_0a");
            e.quote().body(Splice.put(1, 10));
        });
        list.accept(172, "module-version-0", e -> e.quote().body(Splice.put(1, 0)));
    }

    private static void modules(ConformanceCases list) {
        UnaryOperator<byte[]> signer = Splice.put(MRSIGNERSEAM, 1);
        list.refuse(173, "module-signer", TDX_MODULE_SIGNER_MISMATCH, TD, e -> e.quote()
                .body(signer));
        list.refuse(174, "module-signer-identity", TDX_MODULE_SIGNER_MISMATCH, TD, e -> {
            tcbInfo(e).set("tdxModule/mrsigner", "01" + "0".repeat(94));
            e.quote().body(signer);
        });
        UnaryOperator<byte[]> attributes = Splice.put(SEAMATTRIBUTES, 1);
        list.refuse(175, "seam-attributes", TDX_MODULE_ATTRIBUTES_MISMATCH, TD, e -> e.quote()
                .body(attributes));
        list.refuse(175, "seam-attributes-outside-mask", TDX_MODULE_ATTRIBUTES_MISMATCH, TD, e -> {
            tcbInfo(e).set(OWN_IDENTITY + "/attributesMask", "0".repeat(16));
            e.quote().body(attributes);
        });
        list.refuse(175, "seam-attributes-agreeing", TDX_MODULE_ATTRIBUTES_MISMATCH, TD, e -> {
            tcbInfo(e).set(OWN_IDENTITY + "/attributes", "01" + "0".repeat(14));
            e.quote().body(attributes);
        });
    }

    private static void moduleLevels(ConformanceCases list) {
        list.refuse(176, "module-svn-low", TDX_MODULE_SVN_NOT_SUPPORTED, TD, e -> e.quote()
                .body(Splice.put(0, 2)));
        list.accept(177, "module-out-of-date", TcbStatus.OUT_OF_DATE, List.of("INTEL-SA-01192"), e -> e.quote()
                .body(Splice.put(0, 4)));
        list.refuse(178, "module-revoked", TCB_REVOKED, TCB_INFO, e -> tcbInfo(e)
                .set(OWN_IDENTITY + "/tcbLevels/0/tcbStatus", "Revoked"));
    }

    private static void componentsTooLow(ConformanceCases list) {
        byte[] own = SoftwarePki.cpuSvn();
        for (int i = 0; i < 16; i++) {
            int component = i;
            list.refuse(
                    179,
                    "sgx-component-low-" + i,
                    TCB_LEVEL_NOT_FOUND,
                    TCB_INFO,
                    e -> everyLevel(e, SGX + component + "/svn", own[component] + 1));
        }
        int[] svn = {6, 1, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
        for (int i = 2; i < 16; i++) {
            int component = i;
            list.refuse(
                    180,
                    "tdx-component-low-" + i,
                    TCB_LEVEL_NOT_FOUND,
                    TCB_INFO,
                    e -> everyLevel(e, TDX + component + "/svn", svn[component] + 1));
        }
    }

    private static void moduleComponents(ConformanceCases list) {
        list.accept(181, "tdx-0-1-skipped", e -> {
            everyLevel(e, TDX + "0/svn", 200);
            tcbInfo(e).set("tcbLevels/0" + TDX + "1/svn", 200);
        });
        list.accept(
                182, "tdx-0-checked", TcbStatus.OUT_OF_DATE, List.of("INTEL-SA-00960", "INTEL-SA-00982"), e -> e.quote()
                        .body(Splice.put(0, 4, 0)));
        list.refuse(182, "tdx-0-checked-in-every-level", TCB_LEVEL_NOT_FOUND, TCB_INFO, e -> e.quote()
                .body(Splice.put(0, 2, 0)));
    }

    private static void platforms(ConformanceCases list) {
        List<String> lowest = List.of("INTEL-SA-00960", "INTEL-SA-00982");
        list.accept(
                183,
                "pcesvn-low",
                TcbStatus.OUT_OF_DATE,
                lowest,
                e -> e.extension(
                        extension -> extension.entry("2.17", HexFormat.of().parseHex("02010a"))));
        list.refuse(
                183,
                "pcesvn-under-every-level",
                TCB_LEVEL_NOT_FOUND,
                TCB_INFO,
                e -> e.extension(
                        extension -> extension.entry("2.17", HexFormat.of().parseHex("020109"))));
        list.accept(184, "all-higher", e -> {
            byte[] higher = SoftwarePki.cpuSvn();
            for (int i = 0; i < higher.length; i++) {
                higher[i]++;
            }
            e.extension(extension -> components(extension, higher));
            e.quote().body(Splice.put(2, 9));
        });
        list.accept(185, "mixed-svn", TcbStatus.SW_HARDENING_NEEDED, List.of("INTEL-SA-00960"), e -> {
            byte[] mixed = SoftwarePki.cpuSvn();
            mixed[0]++;
            mixed[1]--;
            e.extension(extension -> components(extension, mixed));
        });
        list.accept(186, "levels-shuffled", e -> {
            tcbInfo(e).reverse("tcbLevels").reverse(OWN_IDENTITY + "/tcbLevels");
            e.collateral().qeIdentity().reverse("tcbLevels");
        });
    }

    private static void statuses(ConformanceCases list) {
        String status = "tcbLevels/0/tcbStatus";
        list.refuse(187, "status-unknown", TCB_STATUS_UNRECOGNIZED, TCB_INFO, e -> tcbInfo(e)
                .set(status, "Fine"));
        list.refuse(187, "status-unknown-module", TCB_STATUS_UNRECOGNIZED, TCB_INFO, e -> tcbInfo(e)
                .set(OWN_IDENTITY + '/' + status, "SWHardeningNeeded"));
        list.refuse(187, "status-unknown-qe", TCB_STATUS_UNRECOGNIZED, QE_IDENTITY, e -> e.collateral()
                .qeIdentity()
                .set(status, "ConfigurationNeeded"));
        list.refuse(187, "status-never-in-a-level", TCB_STATUS_UNRECOGNIZED, TCB_INFO, e -> tcbInfo(e)
                .set(status, "TDRelaunchAdvised"));
        list.accept(188, "status-unknown-elsewhere", e -> {
            tcbInfo(e).set("tcbLevels/1/tcbStatus", "Fine").set(OWN_IDENTITY + "/tcbLevels/1/tcbStatus", "Fine");
            e.collateral().qeIdentity().set("tcbLevels/1/tcbStatus", "Fine");
        });
        list.refuse(
                189, "platform-revoked", TCB_REVOKED, TCB_INFO, e -> tcbInfo(e).set(status, "Revoked"));
        list.refuse(190, "qe-revoked", TCB_REVOKED, QE_IDENTITY, e -> e.collateral()
                .qeIdentity()
                .set(status, "Revoked"));
    }

    /** Every cell of section 2.8, for the quoting enclave and for the module. */
    private static void mergeTable(ConformanceCases list) {
        String[][] table = {
            {"UpToDate", "UpToDate", "OutOfDate"},
            {"SWHardeningNeeded", "SWHardeningNeeded", "OutOfDate"},
            {"ConfigurationNeeded", "ConfigurationNeeded", "OutOfDateConfigurationNeeded"},
            {"ConfigurationAndSWHardeningNeeded", "ConfigurationAndSWHardeningNeeded", "OutOfDateConfigurationNeeded"},
            {"OutOfDate", "OutOfDate", "OutOfDate"},
            {"OutOfDateConfigurationNeeded", "OutOfDateConfigurationNeeded", "OutOfDateConfigurationNeeded"},
            {"Revoked", "Revoked", "Revoked"}
        };
        for (String[] line : table) {
            for (boolean qe : new boolean[] {true, false}) {
                merge(list, line[0], "UpToDate", qe, line[1]);
                merge(list, line[0], "OutOfDate", qe, line[2]);
                merge(list, line[0], "Revoked", qe, "Revoked");
            }
        }
    }

    private static void merge(ConformanceCases list, String platform, String part, boolean qe, String merged) {
        String name = "merge-" + platform + (qe ? "-qe-" : "-module-") + part;
        Consumer<ForgedEvidence> mutation = e -> {
            tcbInfo(e).set("tcbLevels/0/tcbStatus", platform);
            (qe ? e.collateral().qeIdentity() : tcbInfo(e))
                    .set((qe ? "" : OWN_IDENTITY + '/') + "tcbLevels/0/tcbStatus", part);
        };
        if (merged.equals("Revoked")) {
            list.refuse(191, name, TCB_REVOKED, qe && part.equals("Revoked") ? QE_IDENTITY : TCB_INFO, mutation);
        } else {
            list.accept(191, name, ConformanceCases.status(merged), List.of(), mutation);
        }
    }

    private static void advisories(ConformanceCases list) {
        List<String> ids = List.of("INTEL-SA-00001", "INTEL-SA-00002");
        list.accept(192, "advisories", TcbStatus.UP_TO_DATE, ids, e -> {
            tcbInfo(e).set("tcbLevels/0/advisoryIDs", ids).set(OWN_IDENTITY + "/tcbLevels/0/advisoryIDs", ids);
            e.collateral().qeIdentity().set("tcbLevels/0/advisoryIDs", List.of("INTEL-SA-00002"));
        });
    }

    static JsonForge tcbInfo(ForgedEvidence evidence) {
        return evidence.collateral().tcbInfo();
    }

    private static void everyLevel(ForgedEvidence evidence, String path, int value) {
        for (int level = 0; level < tcbInfo(evidence).size("tcbLevels"); level++) {
            tcbInfo(evidence).set("tcbLevels/" + level + path, value);
        }
    }

    private static void components(SgxExtensionForge extension, byte[] components) {
        for (int i = 0; i < components.length; i++) {
            extension.entry("2." + (i + 1), new byte[] {2, 1, components[i]});
        }
        extension.entry("2.18", Splice.append(components).apply(new byte[] {4, 16}));
    }
}
