package dev.keywarden.plugin.mock;

import dev.keywarden.attestation.EnvelopeCodec;
import dev.keywarden.softtee.SimulatedMachine;
import dev.keywarden.softtee.SoftwareTee;
import dev.keywarden.spi.Attester;
import dev.keywarden.spi.Bytes;
import dev.keywarden.spi.Evidence;
import java.util.function.Supplier;

/** Makes evidence that says of this machine what the configuration says. */
final class MockAttester implements Attester {
    private final Supplier<SoftwareTee> tee;
    private final SimulatedMachine machine;

    /** @param tee asked at each use; its seed may have to be made first */
    MockAttester(Supplier<SoftwareTee> tee, SimulatedMachine machine) {
        this.tee = tee;
        this.machine = machine;
    }

    @Override
    public Evidence attest(Bytes reportData) {
        return EnvelopeCodec.toEvidence(tee.get().attest(machine, reportData));
    }
}
