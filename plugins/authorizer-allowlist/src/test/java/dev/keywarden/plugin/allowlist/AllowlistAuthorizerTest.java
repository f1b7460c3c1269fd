package dev.keywarden.plugin.allowlist;

import static dev.keywarden.plugin.allowlist.BootInfos.APP;
import static dev.keywarden.plugin.allowlist.BootInfos.COMPOSE;
import static dev.keywarden.plugin.allowlist.BootInfos.DEVICE;
import static dev.keywarden.plugin.allowlist.BootInfos.IMAGE;
import static dev.keywarden.plugin.allowlist.BootInfos.MEASUREMENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.keywarden.files.FileStamp;
import dev.keywarden.spi.BootInfo;
import dev.keywarden.spi.Decision;
import dev.keywarden.spi.Subject;
import dev.keywarden.testkit.LogCapture;
import dev.keywarden.testkit.Requests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The checks, their order and their words; what the reference answered is in {@link RecordedServiceTest}. */
final class AllowlistAuthorizerTest {
    private static final String WRONG_HASH = "ee".repeat(32);
    private static final String WRONG_ID = "ee".repeat(20);

    private final Path file;

    AllowlistAuthorizerTest(@TempDir Path folder) {
        this.file = folder.resolve("allowlist.json");
    }

    @ParameterizedTest
    @EnumSource
    void allowsWhatIsListed(Subject subject) throws IOException {
        assertThat(decide(BootInfos.ALLOWING, subject, BootInfos.bootInfo()))
                .asInstanceOf(type(Decision.Allow.class))
                .satisfies(allow -> {
                    assertThat(allow.gatewayAppId()).isEqualTo("0x1111111111111111111111111111111111111111");
                    assertThat(allow.reason()).isEqualTo(new Decision.Reason("allowlist.allowed", ""));
                });
    }

    @Test
    void restsOnADigestThatAnyoneCanRecompute() throws IOException {
        String text = "{\"osImages\": []}";
        assertThat(decide(text, Subject.APP, BootInfos.bootInfo()))
                .asInstanceOf(type(Decision.Deny.class))
                .satisfies(deny -> assertThat(deny.evidence())
                        // printf '{"osImages": []}' | sha256sum
                        .containsEntry(
                                "file_sha256", "3168ec53b01fd17eb7ae754a76fe48045dabddd1319285dd99c6a9203dab74cb")
                        .containsEntry("os_images", "0")
                        .containsEntry("apps", "0"));
    }

    @Test
    void namesNoGatewayWhereTheFileNamesNone() throws IOException {
        String text = BootInfos.ALLOWING.replace("0x1111111111111111111111111111111111111111", "");
        assertThat(decide(text, Subject.APP, BootInfos.bootInfo()))
                .asInstanceOf(type(Decision.Allow.class))
                .satisfies(allow -> assertThat(allow.gatewayAppId()).isNull());
    }

    @Test
    void refusesAKmsForTheFirstThingThatIsWrong() throws IOException {
        List<String> advisories = List.of("INTEL-SA-1");
        assertThat(kms(WRONG_HASH, WRONG_HASH, WRONG_HASH, "OutOfDate", advisories))
                .isEqualTo(Refusal.TCB_STATUS);
        assertThat(kms(WRONG_HASH, WRONG_HASH, WRONG_HASH, "UpToDate", advisories))
                .isEqualTo(Refusal.ADVISORY);
        assertThat(kms(WRONG_HASH, WRONG_HASH, WRONG_HASH, "UpToDate", List.of()))
                .isEqualTo(Refusal.OS_IMAGE);
        assertThat(kms(IMAGE, WRONG_HASH, WRONG_HASH, "UpToDate", List.of())).isEqualTo(Refusal.AGGREGATED_MR);
        assertThat(kms(IMAGE, MEASUREMENT, WRONG_HASH, "UpToDate", List.of())).isEqualTo(Refusal.KMS_DEVICE);
    }

    @Test
    void refusesAnAppForTheFirstThingThatIsWrong() throws IOException {
        List<String> advisories = List.of("INTEL-SA-1");
        assertThat(app(WRONG_HASH, WRONG_ID, WRONG_HASH, WRONG_HASH, "uptodate", advisories))
                .isEqualTo(Refusal.TCB_STATUS);
        assertThat(app(WRONG_HASH, WRONG_ID, WRONG_HASH, WRONG_HASH, "UpToDate", advisories))
                .isEqualTo(Refusal.ADVISORY);
        assertThat(app(WRONG_HASH, WRONG_ID, WRONG_HASH, WRONG_HASH, "UpToDate", List.of()))
                .isEqualTo(Refusal.OS_IMAGE);
        assertThat(app(IMAGE, WRONG_ID, WRONG_HASH, WRONG_HASH, "UpToDate", List.of()))
                .isEqualTo(Refusal.APP);
        assertThat(app(IMAGE, APP, WRONG_HASH, WRONG_HASH, "UpToDate", List.of()))
                .isEqualTo(Refusal.COMPOSE_HASH);
        assertThat(app(IMAGE, APP, COMPOSE, WRONG_HASH, "UpToDate", List.of())).isEqualTo(Refusal.APP_DEVICE);
    }

    @Test
    void refusesAMachineThatNamesNoImage() throws IOException {
        assertThat(app("", APP, COMPOSE, DEVICE, "UpToDate", List.of())).isEqualTo(Refusal.OS_IMAGE);
    }

    @Test
    void wantsEveryAdvisoryListed() throws IOException {
        String text = BootInfos.ALLOWING.replaceFirst("\\{", "{\"allowedAdvisoryIds\": [\"A\", \"B\"],");
        assertThat(decide(text, Subject.APP, withAdvisories("A", "B"))).isInstanceOf(Decision.Allow.class);
        assertThat(refusal(decide(text, Subject.APP, withAdvisories("A", "B", "C"))))
                .isEqualTo(Refusal.ADVISORY);
    }

    @Test
    void defect3EmptyListsOfDevicesLetNobodyIn() throws IOException {
        String text = BootInfos.ALLOWING.replace("\"devices\": [\"0x" + DEVICE + "\"]", "\"devices\": []");
        assertThat(refusal(decide(text, Subject.APP, BootInfos.bootInfo()))).isEqualTo(Refusal.APP_DEVICE);
        assertThat(refusal(decide(text, Subject.SELF, BootInfos.bootInfo()))).isEqualTo(Refusal.KMS_DEVICE);

        String any = text.replace("\"devices\": []", "\"allowAnyDevice\": true");
        assertThat(decide(any, Subject.APP, BootInfos.bootInfo())).isInstanceOf(Decision.Allow.class);
        assertThat(decide(any, Subject.SELF, BootInfos.bootInfo())).isInstanceOf(Decision.Allow.class);
    }

    @Test
    void everyReasonHasACodeOfItsOwn() {
        assertThat(Refusal.values())
                .extracting(refusal -> refusal.reason().code())
                .doesNotHaveDuplicates()
                .allMatch(code -> code.startsWith("allowlist."));
    }

    private Refusal kms(String image, String measurement, String device, String tcbStatus, List<String> advisories)
            throws IOException {
        BootInfo bootInfo = BootInfos.bootInfo(image, measurement, APP, COMPOSE, device, tcbStatus, advisories);
        Refusal refusal = refusal(decide(BootInfos.ALLOWING, Subject.PEER_KMS, bootInfo));
        assertThat(refusal(decide(BootInfos.ALLOWING, Subject.SELF, bootInfo))).isEqualTo(refusal);
        return refusal;
    }

    private Refusal app(
            String image, String app, String compose, String device, String tcbStatus, List<String> advisories)
            throws IOException {
        BootInfo bootInfo = BootInfos.bootInfo(image, MEASUREMENT, app, compose, device, tcbStatus, advisories);
        return refusal(decide(BootInfos.ALLOWING, Subject.APP, bootInfo));
    }

    private static BootInfo withAdvisories(String... advisories) {
        return BootInfos.bootInfo(IMAGE, MEASUREMENT, APP, COMPOSE, DEVICE, "UpToDate", List.of(advisories));
    }

    private Decision decide(String text, Subject subject, BootInfo bootInfo) throws IOException {
        Files.writeString(file, text);
        AllowlistFile watched = new AllowlistFile(file, new LogCapture("allowlist"), FileStamp::of, System::nanoTime);
        return new AllowlistAuthorizer(watched).authorize(Requests.about(subject, bootInfo));
    }

    private static Refusal refusal(Decision decision) {
        assertThat(decision).isInstanceOf(Decision.Deny.class);
        Decision.Reason reason = ((Decision.Deny) decision).reasons().getFirst();
        for (Refusal refusal : Refusal.values()) {
            if (refusal.reason().equals(reason)) {
                return refusal;
            }
        }
        throw new AssertionError("no refusal has the reason " + reason);
    }
}
