package dev.keywarden.app.gate;

import dev.keywarden.attestation.AttestationEnvelope;
import dev.keywarden.attestation.AttestationRejected;
import dev.keywarden.attestation.EnvelopeCodec;
import dev.keywarden.attestation.EnvelopeException;
import dev.keywarden.attestation.MeasurementPoint;
import dev.keywarden.spi.Attestation;
import dev.keywarden.spi.Attester;
import dev.keywarden.spi.BootInfo;
import dev.keywarden.spi.Bytes;
import dev.keywarden.spi.PluginException;
import java.util.Optional;
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

    private final Optional<Attester> attester;
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

    /** @param attester makes this machine's evidence; empty if the node was not told which one does */
    public SelfIdentity(Optional<Attester> attester, EvidenceVerifier verifier) {
        this.attester = attester;
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
        if (attester.isEmpty()) {
            throw new GateRefusal("Failed to get local KMS attestation: no attester is configured."
                    + " Name one in core.attestation.attester");
        }
        try {
            return EnvelopeCodec.decode(attester.get().attest(reportData).envelope());
        } catch (PluginException | EnvelopeException e) {
            throw new GateRefusal("Failed to get local KMS attestation: " + e.getMessage(), e);
        }
    }
}
