package dev.keywarden.host;

import dev.keywarden.spi.Attestation;

/**
 * A verifier's result, and whose it is.
 *
 * @param attestation what was proven
 * @param backend name of the attestation backend
 */
public record VerifiedBy(Attestation attestation, String backend) {}
