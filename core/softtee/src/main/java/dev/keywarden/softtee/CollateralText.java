package dev.keywarden.softtee;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** TCB info and QE identity of the software TEE, by the TDX fact sheet, section 7, rows 7 and 8. */
final class CollateralText {
    /** Evaluation number of both objects. */
    static final int EVALUATION = 17;

    /** How long both objects are good for. */
    static final Duration LIFE = Duration.ofDays(30);

    private static final HexFormat HEX = HexFormat.of().withUpperCase();
    private static final String NO_SIGNER = "0".repeat(96);

    private final Instant issued;

    /** @param now both objects are made a day before, so that clocks that differ a little agree */
    CollateralText(Instant now) {
        this.issued = now.truncatedTo(ChronoUnit.SECONDS).minus(Duration.ofDays(1));
    }

    JsonForge tcbInfo(byte[] fmspc) {
        JsonForge json = new JsonForge()
                .set("id", "TDX")
                .set("version", 3)
                .set("issueDate", issued.toString())
                .set("nextUpdate", issued.plus(LIFE).toString())
                // In lower case, unlike Intel's: go-tdx-guest compares it as text (TDX fact sheet, section 9, number
                // 37).
                .set("fmspc", HexFormat.of().formatHex(fmspc))
                .set("pceId", "0000")
                .set("tcbType", 0)
                .set("tcbEvaluationDataNumber", EVALUATION)
                .set("tdxModule", module());
        Map<String, Object> first = module("TDX_01");
        first.put(
                "tcbLevels",
                List.of(
                        isvLevel(5, "2026-02-11", "UpToDate"),
                        isvLevel(3, "2024-11-13", "OutOfDate", "INTEL-SA-01192")));
        Map<String, Object> third = module("TDX_03");
        third.put("tcbLevels", List.of(isvLevel(3, "2026-02-11", "UpToDate")));
        json.set("tdxModuleIdentities", List.of(third, first));
        json.set("tcbLevels", tcbLevels());
        return json;
    }

    JsonForge qeIdentity() {
        return new JsonForge()
                .set("id", "TD_QE")
                .set("version", 2)
                .set("issueDate", issued.toString())
                .set("nextUpdate", issued.plus(LIFE).toString())
                .set("tcbEvaluationDataNumber", EVALUATION)
                .set("miscselect", "00000000")
                .set("miscselectMask", "FFFFFFFF")
                .set("attributes", "11" + "0".repeat(30))
                .set("attributesMask", "FBFFFFFFFFFFFFFF" + "0".repeat(16))
                .set("mrsigner", HEX.formatHex(SoftwareTee.QE_MR_SIGNER.toArray()))
                .set("isvprodid", (int) SoftwareTee.QE_PRODUCT)
                .set(
                        "tcbLevels",
                        List.of(
                                isvLevel(SoftwareTee.QE_SVN, "2026-02-11", "UpToDate"),
                                isvLevel(SoftwareTee.QE_SVN - 2, "2024-03-13", "OutOfDate", "INTEL-SA-00615")));
    }

    /** The best level is the simulated platform's own; the next ones are reached by platforms that lag behind. */
    private static List<Object> tcbLevels() {
        byte[] own = SoftwarePki.cpuSvn();
        return List.of(
                tcbLevel(components(own, 0), SoftwarePki.PCE_SVN, tdxComponents(5, 3), "2026-02-11", "UpToDate"),
                tcbLevel(
                        components(own, 1),
                        SoftwarePki.PCE_SVN,
                        tdxComponents(5, 2),
                        "2025-05-14",
                        "SWHardeningNeeded",
                        "INTEL-SA-00960"),
                tcbLevel(
                        components(own, 2),
                        SoftwarePki.PCE_SVN - 1,
                        tdxComponents(3, 1),
                        "2024-03-13",
                        "OutOfDate",
                        "INTEL-SA-00960",
                        "INTEL-SA-00982"));
    }

    /** The platform's own components, the first two lowered. */
    private static byte[] components(byte[] own, int lowered) {
        byte[] components = own.clone();
        components[0] -= (byte) lowered;
        components[1] -= (byte) lowered;
        return components;
    }

    private static byte[] tdxComponents(int moduleMinor, int microcode) {
        byte[] components = new byte[16];
        components[0] = (byte) moduleMinor;
        components[2] = (byte) microcode;
        return components;
    }

    private static Map<String, Object> tcbLevel(
            byte[] sgx, int pceSvn, byte[] tdx, String day, String status, String... advisories) {
        Map<String, Object> tcb = new LinkedHashMap<>();
        tcb.put("sgxtcbcomponents", svns(sgx));
        tcb.put("pcesvn", pceSvn);
        tcb.put("tdxtcbcomponents", svns(tdx));
        return level(tcb, day, status, advisories);
    }

    private static Map<String, Object> isvLevel(int svn, String day, String status, String... advisories) {
        return level(Map.of("isvsvn", svn), day, status, advisories);
    }

    private static Map<String, Object> level(Map<String, Object> tcb, String day, String status, String... advisories) {
        Map<String, Object> level = new LinkedHashMap<>();
        level.put("tcb", tcb);
        level.put("tcbDate", day + "T00:00:00Z");
        level.put("tcbStatus", status);
        if (advisories.length > 0) {
            level.put("advisoryIDs", List.of((Object[]) advisories));
        }
        return level;
    }

    private static List<Object> svns(byte[] components) {
        List<Object> svns = new ArrayList<>(components.length);
        for (byte component : components) {
            svns.add(Map.of("svn", Byte.toUnsignedInt(component)));
        }
        return svns;
    }

    private static Map<String, Object> module(String id) {
        Map<String, Object> identity = new LinkedHashMap<>();
        identity.put("id", id);
        identity.putAll(module());
        return identity;
    }

    private static Map<String, Object> module() {
        Map<String, Object> module = new LinkedHashMap<>();
        module.put("mrsigner", NO_SIGNER);
        module.put("attributes", "0".repeat(16));
        module.put("attributesMask", "F".repeat(16));
        return module;
    }
}
