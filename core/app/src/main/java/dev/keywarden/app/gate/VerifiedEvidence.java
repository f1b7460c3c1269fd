package dev.keywarden.app.gate;

import dev.keywarden.attestation.VerifiedMachine;
import dev.keywarden.spi.Bytes;
import java.time.Instant;

/**
 * Evidence that holds.
 *
 * @param machine what it proves, and the one way from there to boot info
 * @param verifier name of the attestation backend that verified it
 * @param sha256 digest of the envelope, 32 bytes
 * @param validUntil when the result must no longer be relied upon
 */
public record VerifiedEvidence(VerifiedMachine machine, String verifier, Bytes sha256, Instant validUntil) {}
