package dev.keywarden.softtee;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywarden.dcap.TcbDistance;
import dev.keywarden.dcap.TcbGap;
import dev.keywarden.dcap.TcbGap.Part;
import dev.keywarden.dcap.TcbGap.Shortfall;
import dev.keywarden.dcap.TcbStatus;
import dev.keywarden.dcap.VerificationCache;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is said about a TCB that could be better. */
class TcbDistanceTest {
    private final ForgedEvidence evidence = new ForgedEvidence();

    @Test
    void saysThatNothingIsBehind() {
        assertThat(distance().isNone()).isTrue();
        assertThat(distance().sentence()).isEqualTo("Every part of the TCB is at the best level published.");
    }

    @Test
    void namesWhatThePlatformLacksAndWhatThatWouldClear() {
        evidence.extension(extension -> extension.entry("2.17", HexFormat.of().parseHex("02010a")));
        evidence.collateral().tcbInfo().set("tcbLevels/0/tcb/tdxtcbcomponents/2/svn", 5);

        TcbGap gap = distance().gaps().getFirst();

        assertThat(gap)
                .isEqualTo(new TcbGap(
                        Part.PLATFORM,
                        TcbStatus.OUT_OF_DATE,
                        Instant.parse("2024-03-13T00:00:00Z"),
                        TcbStatus.UP_TO_DATE,
                        Instant.parse("2026-02-11T00:00:00Z"),
                        List.of(new Shortfall("PCESVN", 10, 11), new Shortfall("TDX component 3", 3, 5)),
                        List.of("INTEL-SA-00960", "INTEL-SA-00982")));
        assertThat(distance().sentence())
                .isEqualTo("The platform is at the level of 2024-03-13 (OutOfDate): PCESVN has version 10 and needs 11"
                        + " (1 behind), TDX component 3 has version 3 and needs 5 (2 behind) for the level of 2026-02-11"
                        + " (UpToDate), which clears INTEL-SA-00960, INTEL-SA-00982.");
    }

    @Test
    void namesModuleAndQuotingEnclave() {
        evidence.quote().body(Splice.put(0, 4)).qeReport(Splice.put(258, SoftwareTee.QE_SVN - 1));

        assertThat(distance().gaps()).extracting(TcbGap::part).containsExactly(Part.QUOTING_ENCLAVE, Part.TDX_MODULE);
        assertThat(distance().sentence())
                .contains(
                        "The quoting enclave is at the level of 2024-03-13 (OutOfDate): ISVSVN has version 5 and needs 6")
                .contains("minor version of TDX_01 has version 4 and needs 5")
                .contains("which clears INTEL-SA-01192");
    }

    @Test
    void callsComponentsWhatIntelCallsThem() {
        byte[] own = SoftwarePki.cpuSvn();
        evidence.collateral()
                .tcbInfo()
                .set("tcbLevels/0/tcb/sgxtcbcomponents/7/svn", own[7] + 2)
                .set("tcbLevels/0/tcb/sgxtcbcomponents/7/category", "OS/VMM")
                .set("tcbLevels/0/tcb/sgxtcbcomponents/7/type", "SEAMLDR ACM");

        assertThat(distance().gaps().getFirst().shortfalls())
                .containsExactly(new Shortfall("SGX component 8 (OS/VMM, SEAMLDR ACM)", own[7], own[7] + 2));
    }

    @Test
    void aimsAtTheNearestOfTheBestLevels() {
        JsonForge tcbInfo = evidence.collateral().tcbInfo();
        tcbInfo.set("tcbLevels/3", tcbInfo.get("tcbLevels/0"))
                .set("tcbLevels/3/tcb/pcesvn", 200)
                .set("tcbLevels/3/tcb/tdxtcbcomponents/2/svn", 200);
        evidence.quote().body(Splice.put(2, 2));

        assertThat(distance().gaps().getFirst().shortfalls()).containsExactly(new Shortfall("TDX component 3", 2, 3));
    }

    @Test
    void saysWhenARelaunchWouldDo() {
        evidence.quote().versionFive(3).body(Splice.put(2, 1)).body(Splice.put(584, 6, 1, 3));

        assertThat(distance().relaunchWouldDo()).isTrue();
        assertThat(distance().gaps()).isEmpty();
        assertThat(distance().sentence()).contains("launching it anew");
    }

    private TcbDistance distance() {
        return evidence.verify(VerificationCache.none()).distance();
    }
}
