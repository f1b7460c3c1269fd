package dev.keywarden.plugin.mock;

import static dev.keywarden.plugin.mock.Recordings.NOW;
import static dev.keywarden.plugin.mock.Recordings.REPORT_DATA;
import static dev.keywarden.plugin.mock.Recordings.SEED;
import static dev.keywarden.plugin.mock.Recordings.evidence;
import static dev.keywarden.plugin.mock.Recordings.failure;
import static dev.keywarden.plugin.mock.Recordings.read;
import static dev.keywarden.plugin.mock.Recordings.rejection;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.keywarden.attestation.AttestationEnvelope;
import dev.keywarden.attestation.EnvelopeCodec;
import dev.keywarden.attestation.EventLog;
import dev.keywarden.plugin.mock.MockSettings.Machine;
import dev.keywarden.spi.AttestationBackend;
import dev.keywarden.spi.Bytes;
import dev.keywarden.spi.Evidence;
import dev.keywarden.spi.KeywardenPlugin;
import dev.keywarden.spi.PluginException;
import dev.keywarden.testkit.FakePluginContext;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MockPluginTest {
    private final Path directory;

    MockPluginTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void isFoundByTheServiceLoader() {
        assertThat(ServiceLoader.load(KeywardenPlugin.class)).hasOnlyElementsOfType(MockPlugin.class);
    }

    @Test
    void bringsOneBackendAndNoAuthorizer() {
        FakePluginContext context = context(new MockSettings(SEED, null, null));
        AttestationBackend backend = backend(context);

        assertThat(backend.name()).isEqualTo("mock");
        assertThat(backend.formats()).containsExactly("dstack-tdx");
        assertThat(backend.attester()).isPresent();
        assertThat(backend.verifier()).isSameAs(backend.verifier());
        assertThat(new MockPlugin().authorizers(context)).isEmpty();
    }

    @Test
    void warnsAtEachStart() {
        for (int start = 0; start < 2; start++) {
            FakePluginContext context = context(new MockSettings(null, null, null));
            backend(context);
            assertThat(context.log().lines())
                    .singleElement()
                    .asString()
                    .startsWith("WARNING Mock attestation is on: its evidence proves nothing");
        }
    }

    @Test
    void verifiesItsOwnEvidence() {
        AttestationBackend backend = backend(context(new MockSettings(null, null, null)));
        Evidence evidence = backend.attester().orElseThrow().attest(REPORT_DATA);

        assertThat(evidence.format()).isEqualTo("dstack-tdx");
        assertThat(backend.verifier().verify(evidence, NOW).reportData()).isEqualTo(REPORT_DATA);
    }

    @Test
    void keepsItsRootAcrossStartsAndMakesItNoSoonerThanNeeded() throws Exception {
        AttestationBackend first = backend(context(new MockSettings(null, null, null)));
        assertThat(directory).isEmptyDirectory();
        Evidence evidence = first.attester().orElseThrow().attest(REPORT_DATA);
        AttestationBackend second = backend(context(new MockSettings(null, null, null)));

        assertThat(second.verifier().verify(evidence, NOW)).isNotNull();
        assertThat(second.attester().orElseThrow().attest(REPORT_DATA)).isEqualTo(evidence);
        Files.delete(directory.resolve("seed"));
        AttestationBackend third = backend(context(new MockSettings(null, null, null)));
        assertThat(rejection(() -> third.verifier().verify(evidence, NOW))).startsWith("ROOT_NOT_TRUSTED");
    }

    @Test
    void sharesARootThroughTheSeed() {
        Evidence evidence = backend(context(new MockSettings(SEED, null, null)))
                .attester()
                .orElseThrow()
                .attest(REPORT_DATA);

        assertThat(backend(context(new MockSettings(SEED, null, null)))
                        .verifier()
                        .verify(evidence, NOW))
                .isNotNull();
        assertThat(directory).isEmptyDirectory();
        AttestationBackend other = backend(context(new MockSettings(Recordings.OTHER_SEED, null, null)));
        assertThat(rejection(() -> other.verifier().verify(evidence, NOW))).startsWith("ROOT_NOT_TRUSTED");
    }

    @Test
    void trustsTheRootsThatTheConfigurationNames() throws Exception {
        Path pem = Files.write(directory.resolve("simulators.pem"), read("simulator-root.pem"));
        AttestationBackend trusting = backend(context(new MockSettings(null, List.of(pem), null)));
        AttestationBackend wary = backend(context(new MockSettings(null, null, null)));

        assertThat(trusting.verifier().verify(evidence("v0"), NOW)).isNotNull();
        Evidence own = trusting.attester().orElseThrow().attest(REPORT_DATA);
        assertThat(trusting.verifier().verify(own, NOW)).isNotNull();
        assertThat(rejection(() -> wary.verifier().verify(evidence("v0"), NOW))).startsWith("ROOT_NOT_TRUSTED");
    }

    @ParameterizedTest
    @ValueSource(strings = {"absent", "empty", "twice", "text", "damaged", "large", "directory"})
    void refusesToStartWithAFileThatIsNoRoot(String defect) throws Exception {
        String root = new String(read("simulator-root.pem"), StandardCharsets.US_ASCII);
        Path file = directory.resolve("root.pem");
        switch (defect) {
            case "absent" -> {}
            case "empty" -> Files.writeString(file, "");
            case "twice" -> Files.writeString(file, root + root);
            case "text" -> Files.writeString(file, "the root\n" + root);
            case "damaged" -> Files.writeString(file, root.replace("MII", "MIJ"));
            case "large" -> Files.writeString(file, root + " ".repeat(16 * 1024));
            default -> Files.createDirectory(file);
        }
        PluginException failure = failure(() -> backend(context(new MockSettings(SEED, List.of(file), null))));

        assertThat(failure.kind()).isEqualTo(PluginException.Kind.MISCONFIGURED);
        assertThat(failure).hasMessageStartingWith("core.attestation.mock.roots: " + file);
        assertThat(failure).hasMessageContaining("exactly one self-signed CA certificate");
    }

    @Test
    void refusesToStartWithADamagedSeedFile() throws Exception {
        Files.writeString(directory.resolve("seed"), "short\n");
        PluginException failure = failure(() -> backend(context(new MockSettings(null, null, null))));

        assertThat(failure.kind()).isEqualTo(PluginException.Kind.MISCONFIGURED);
        assertThat(failure).hasMessageContaining("delete it");
    }

    @Test
    void claimsWhatTheConfigurationSays() {
        Machine machine = new Machine(
                bytes("b0", 48),
                bytes("b1", 48),
                bytes("b2", 48),
                bytes("b3", 48),
                bytes("b4", 20),
                bytes("b5", 32),
                Bytes.EMPTY,
                bytes("b6", 32),
                "{\"name\":\"none\",\"id\":\"\"}",
                null,
                "second");
        AttestationBackend backend = backend(context(new MockSettings(SEED, null, machine)));
        Evidence evidence = backend.attester().orElseThrow().attest(REPORT_DATA);
        AttestationEnvelope envelope = EnvelopeCodec.decode(evidence.envelope());

        assertThat(backend.verifier().verify(evidence, NOW).measurements())
                .containsEntry("mrtd", bytes("b0", 48))
                .containsEntry("rtmr0", bytes("b1", 48))
                .containsEntry("rtmr1", bytes("b2", 48))
                .containsEntry("rtmr2", bytes("b3", 48));
        assertThat(EventLog.find(envelope.runtimeEvents(), "app-id")).contains(bytes("b4", 20));
        assertThat(EventLog.find(envelope.runtimeEvents(), "compose-hash")).contains(bytes("b5", 32));
        assertThat(EventLog.find(envelope.runtimeEvents(), "instance-id")).contains(Bytes.EMPTY);
        assertThat(EventLog.find(envelope.runtimeEvents(), "key-provider")).isPresent();
        assertThat(envelope.config()).isEqualTo("{\"os_image_hash\":\"" + "b6".repeat(32) + "\"}");
        assertThat(backend.verifier().verify(evidence, NOW).platformId())
                .isNotEqualTo(own(SEED)
                        .verifier()
                        .verify(own(SEED).attester().orElseThrow().attest(REPORT_DATA), NOW)
                        .platformId());
    }

    @Test
    void refusesSettingsOfAnotherWidth() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new MockSettings(bytes("5a", 31), null, null))
                .withMessage("seed must be 64 hex digits, not 62");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> machine(bytes("00", 47), null, null, null))
                .withMessage("machine.mrtd must be 48 bytes (96 hex digits), not 47");
        assertThatIllegalArgumentException().isThrownBy(() -> machine(null, bytes("00", 21), null, null));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> machine(null, null, bytes("55", 32), "{}"))
                .withMessageContaining("vm_config");
        assertThat(machine(null, null, null, "{}").toSimulatedMachine().vmConfig())
                .isEqualTo("{}");
    }

    @Test
    void printsNoSeed() {
        assertThat(new MockSettings(SEED, null, null).toString()).doesNotContain("5a5a");
    }

    private static Machine machine(
            @Nullable Bytes mrtd, @Nullable Bytes appId, @Nullable Bytes osImageHash, @Nullable String vmConfig) {
        return new Machine(mrtd, null, null, null, appId, null, null, osImageHash, null, vmConfig, null);
    }

    private static Bytes bytes(String hex, int times) {
        return Bytes.fromHex(hex.repeat(times));
    }

    private static AttestationBackend own(Bytes seed) {
        return Recordings.backend(seed);
    }

    private FakePluginContext context(MockSettings settings) {
        return FakePluginContext.with(settings)
                .clock(InstantSource.fixed(Recordings.NOW))
                .scratchDirectory(directory);
    }

    private static AttestationBackend backend(FakePluginContext context) {
        return new MockPlugin().attestationBackends(context).getFirst();
    }
}
