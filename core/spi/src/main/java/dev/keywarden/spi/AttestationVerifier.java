package dev.keywarden.spi;

import java.time.Instant;

/** Turns evidence of one kind of machine into an attestation, or throws. It never decides what is allowed. */
@FunctionalInterface
public interface AttestationVerifier {
    /**
     * Checks evidence down to the root of trust.
     *
     * <p>The host compares {@link Attestation#reportData} with what it expects, replays the event log against the
     * attested registers, and builds the boot info; an implementation does none of that.
     *
     * @param evidence untrusted, of one of the backend's formats
     * @param now the time at which certificates and collateral must be valid
     * @return what was proven; never {@code null}
     * @throws PluginException with {@link PluginException.Kind#EVIDENCE_REJECTED} if the evidence does not verify, or
     *     {@link PluginException.Kind#UNAVAILABLE} if something needed for the check could not be had
     */
    Attestation verify(Evidence evidence, Instant now);
}
