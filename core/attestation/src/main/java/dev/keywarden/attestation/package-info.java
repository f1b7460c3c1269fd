/**
 * What evidence looks like on the wire, and what follows from it once it is verified. Pure functions, no I/O.
 *
 * <p>{@link dev.keywarden.attestation.EnvelopeCodec} reads and writes envelopes, {@link
 * dev.keywarden.attestation.RaTlsExtensions} finds them in certificates, {@link dev.keywarden.attestation.VerifiedMachine}
 * holds an envelope against what a verifier proved and builds the one boot info that every gate uses. Formats and section
 * numbers are those of the wire protocol's fact sheet.
 */
@NullMarked
package dev.keywarden.attestation;

import org.jspecify.annotations.NullMarked;
