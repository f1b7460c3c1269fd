package dev.keywarden.app.gate;

import dev.keywarden.attestation.AttestationEnvelope;
import dev.keywarden.attestation.AttestationRejected;
import dev.keywarden.attestation.EnvelopeCodec;
import dev.keywarden.attestation.EnvelopeException;
import dev.keywarden.attestation.MeasurementPoint;
import dev.keywarden.host.PluginGenerations;
import dev.keywarden.spi.Attestation;
import dev.keywarden.spi.Attester;
import dev.keywarden.spi.BootInfo;
import dev.keywarden.spi.Bytes;
import dev.keywarden.spi.PluginException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Who this node is: its own evidence, and the boot info built from it (wire protocol, section 3.3).
 *
 * <p>The boot info is computed on first use and kept for the life of the process. Concurrent first users share one
 * computation; a failed one is not kept.
 */
public final class SelfIdentity {
    private static final Bytes NO_REPORT_DATA = Bytes.of(new byte[Attestation.REPORT_DATA_BYTES]);

    private final PluginGenerations generations;
    private final EvidenceVerifier verifier;
    private final ReentrantLock computing = new ReentrantLock();
    private volatile @Nullable Own cached;

    /**
     * This node's verified evidence and what follows from it.
     *
     * @param evidence verified
     * @param bootInfo with the configuration that the evidence itself carries
     */
    public record Own(VerifiedEvidence evidence, BootInfo bootInfo) {}

    /** @param generations of whose plugins one makes this machine's evidence, if the node was told which */
    public SelfIdentity(PluginGenerations generations, EvidenceVerifier verifier) {
        this.generations = generations;
        this.verifier = verifier;
    }

    /** The identity of this process, computed at most once. Throws as {@link #fresh()}. */
    public Own cached() {
        Own known = cached;
        if (known != null) {
            return known;
        }
        computing.lock();
        try {
            known = cached;
            if (known == null) {
                known = fresh();
                cached = known;
            }
            return known;
        } finally {
            computing.unlock();
        }
    }

    /**
     * Attests and verifies anew.
     *
     * @throws GateRefusal if this machine can't attest, or its evidence does not verify
     */
    public Own fresh() {
        AttestationEnvelope envelope = attest(NO_REPORT_DATA);
        try {
            VerifiedEvidence evidence = verifier.verify(envelope);
            return new Own(evidence, evidence.machine().bootInfo("", MeasurementPoint.RUNTIME));
        } catch (AttestationRejected | PluginException e) {
            throw new GateRefusal("Failed to verify local KMS attestation: " + e.getMessage(), e);
        }
    }

    /**
     * Makes evidence about this machine.
     *
     * @param reportData 64 bytes
     * @return the envelope, not stripped
     * @throws GateRefusal if this machine can't attest
     */
    public AttestationEnvelope attest(Bytes reportData) {
        try (PluginGenerations.Lease plugins = generations.lease()) {
            Attester attester = plugins.host()
                    .attestation()
                    .attester()
                    .orElseThrow(() -> new GateRefusal("Failed to get local KMS attestation: no attester is configured."
                            + " Name one in core.attestation.attester"));
            return EnvelopeCodec.decode(attester.attest(reportData).envelope());
        } catch (PluginException | EnvelopeException e) {
            throw new GateRefusal("Failed to get local KMS attestation: " + e.getMessage(), e);
        }
    }
}
