package dev.keywarden.softtee;

import static dev.keywarden.dcap.DcapCode.TCB_LEVEL_NOT_FOUND;
import static dev.keywarden.dcap.DcapCode.TCB_REVOKED;
import static dev.keywarden.dcap.DcapObject.TCB_INFO;
import static dev.keywarden.softtee.TcbCases.tcbInfo;

import dev.keywarden.dcap.TcbStatus;
import java.util.List;

/**
 * TDX fact sheet, section 6.7, rows 193 to 198: TDs whose module was replaced under them. The levels of the software TEE
 * differ in the third TDX component: 3 is up to date, 1 out of date, 0 under all of them.
 */
final class RelaunchCases {
    private static final int SECOND_SVN = 584;
    private static final int GOOD = 3;
    private static final int OLD = 1;
    private static final int UNKNOWN = 0;
    private static final List<String> OLD_ADVISORIES = List.of("INTEL-SA-00960", "INTEL-SA-00982");

    private RelaunchCases() {}

    static void addTo(ConformanceCases list) {
        list.accept(193, "not-replaced", e -> launchedOn(e, GOOD, GOOD));
        list.accept(193, "relaunch", TcbStatus.TD_RELAUNCH_ADVISED, OLD_ADVISORIES, e -> launchedOn(e, OLD, GOOD));
        TcbStatus configuration = TcbStatus.TD_RELAUNCH_ADVISED_CONFIGURATION_NEEDED;
        list.accept(194, "relaunch-config", configuration, OLD_ADVISORIES, e -> {
            tcbInfo(e).set("tcbLevels/0/tcbStatus", "ConfigurationNeeded");
            launchedOn(e, OLD, GOOD);
        });
        list.accept(194, "relaunch-config-at-launch", configuration, OLD_ADVISORIES, e -> {
            tcbInfo(e).set("tcbLevels/2/tcbStatus", "OutOfDateConfigurationNeeded");
            launchedOn(e, OLD, GOOD);
        });
        list.accept(195, "relaunch-both-old", TcbStatus.OUT_OF_DATE, OLD_ADVISORIES, e -> launchedOn(e, OLD, OLD));
        list.accept(196, "current-worse", TcbStatus.OUT_OF_DATE, OLD_ADVISORIES, e -> launchedOn(e, GOOD, OLD));
        list.refuse(197, "current-unmatched", TCB_LEVEL_NOT_FOUND, TCB_INFO, e -> launchedOn(e, GOOD, UNKNOWN));
        list.refuse(198, "current-revoked", TCB_REVOKED, TCB_INFO, e -> {
            tcbInfo(e).set("tcbLevels/2/tcbStatus", "Revoked");
            launchedOn(e, GOOD, OLD);
        });
        list.refuse(198, "launch-revoked", TCB_REVOKED, TCB_INFO, e -> {
            tcbInfo(e).set("tcbLevels/2/tcbStatus", "Revoked");
            launchedOn(e, OLD, GOOD);
        });
    }

    private static void launchedOn(ForgedEvidence evidence, int launch, int current) {
        evidence.quote().versionFive(3).body(Splice.put(2, launch)).body(Splice.put(SECOND_SVN, 6, 1, current));
    }
}
