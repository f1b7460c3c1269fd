package dev.keywarden.plugin.tdx;

import dev.keywarden.attestation.EnvelopeCodec;
import dev.keywarden.plugin.tdx.attester.AttesterTable;
import dev.keywarden.plugin.tdx.attester.SoftwareAgent;
import dev.keywarden.plugin.tdx.attester.SourceKind;
import dev.keywarden.softtee.SimulatedMachine;
import dev.keywarden.softtee.SoftwarePccs;
import dev.keywarden.spi.AttestationBackend;
import dev.keywarden.spi.Evidence;
import dev.keywarden.testkit.AttestationVerifierContract;
import dev.keywarden.testkit.FakePccs;
import dev.keywarden.testkit.FakePluginContext;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** What every attestation backend promises, with a guest agent and a collateral service of the software TEE. */
final class TdxContractTest extends AttestationVerifierContract {
    private static final int TD_REPORT_1_5 = 3;
    private static final int TEE_TCB_SVN2 = 584;
    private static final int TEE_TCB_SVN_BYTES = 16;

    private final Path folder;
    private final FakePccs pccs;
    private final SoftwareAgent agent;

    TdxContractTest(@TempDir Path folder) throws IOException {
        this.folder = folder;
        this.pccs = FakePccs.serving(new SoftwarePccs(Samples.TEE), InstantSource.fixed(Samples.NOW));
        this.agent = new SoftwareAgent(folder.resolve("agent.sock"));
    }

    @AfterEach
    void stop() throws IOException {
        agent.close();
        pccs.close();
    }

    @Override
    protected AttestationBackend openBackend() {
        AttesterTable attester = new AttesterTable(
                SourceKind.AGENT,
                "unix:" + folder.resolve("agent.sock"),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null);
        TdxSettings settings = new TdxSettings(
                true,
                List.of(Samples.softwareRoot(folder)),
                null,
                null,
                null,
                null,
                Samples.services(pccs.url()),
                attester);
        FakePluginContext context = FakePluginContext.with(settings)
                .clock(InstantSource.fixed(Samples.NOW))
                .scratchDirectory(folder.resolve("scratch"));
        return new TdxPlugin(Map.of()).attestationBackends(context).getFirst();
    }

    /** A TD report 1.0 in the older envelope, and 1.5 in a quote of version 5. */
    @Override
    protected List<Evidence> goodEvidence() {
        SimulatedMachine machine = SimulatedMachine.builder().build();
        return List.of(
                Samples.softwareEvidence(),
                EnvelopeCodec.toEvidence(
                        Samples.TEE.attest(machine, Samples.REPORT_DATA, quote -> quote.versionFive(TD_REPORT_1_5)
                                .body(TdxContractTest::withCurrentTcb))));
    }

    /** The module that runs now is the one that the TD was started by. */
    private static byte[] withCurrentTcb(byte[] body) {
        System.arraycopy(body, 0, body, TEE_TCB_SVN2, TEE_TCB_SVN_BYTES);
        return body;
    }

    @Override
    protected Instant goodTime() {
        return Samples.NOW;
    }

    @Override
    protected Instant badTime() {
        return Instant.parse("2200-01-01T00:00:00Z");
    }
}
