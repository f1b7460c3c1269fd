package dev.keywarden.app.gate;

import dev.keywarden.attestation.AttestationEnvelope;
import dev.keywarden.attestation.VerifiedMachine;
import dev.keywarden.spi.Bytes;
import java.time.Instant;

/**
 * Evidence that holds.
 *
 * @param envelope what was verified
 * @param machine what it proves, and the one way from there to boot info
 * @param verifier name of the attestation backend that verified it
 * @param sha256 digest of the envelope, 32 bytes
 * @param validUntil when the result must no longer be relied upon
 * @param generation number of the plugin generation that verified it
 */
public record VerifiedEvidence(
        AttestationEnvelope envelope,
        VerifiedMachine machine,
        String verifier,
        Bytes sha256,
        Instant validUntil,
        long generation) {}
