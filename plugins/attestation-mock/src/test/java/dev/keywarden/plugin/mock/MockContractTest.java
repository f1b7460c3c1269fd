package dev.keywarden.plugin.mock;

import dev.keywarden.spi.AttestationBackend;
import dev.keywarden.spi.Evidence;
import dev.keywarden.testkit.AttestationVerifierContract;
import java.time.Instant;
import java.util.List;

/** What every attestation backend promises, on what the reference wrote. */
final class MockContractTest extends AttestationVerifierContract {
    @Override
    protected AttestationBackend openBackend() {
        return Recordings.backend(Recordings.SEED);
    }

    @Override
    protected List<Evidence> goodEvidence() {
        return List.of(Recordings.evidence("v0"), Recordings.evidence("v1-ev2"));
    }

    @Override
    protected Instant goodTime() {
        return Recordings.NOW;
    }

    @Override
    protected Instant badTime() {
        return Instant.parse("2200-01-01T00:00:00Z");
    }
}
