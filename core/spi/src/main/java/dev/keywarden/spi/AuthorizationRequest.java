package dev.keywarden.spi;

import java.time.Instant;
import java.util.Objects;

/**
 * The question put to an authorizer.
 *
 * @param gate which gate asks
 * @param method the RPC behind the gate, without prefix, for example {@code GetAppKey}
 * @param subject whom the decision is about
 * @param bootInfo who booted what where, from verified evidence
 * @param verifier name of the attestation backend that verified the evidence, for example {@code tdx} or {@code mock}
 * @param requestId unique per request, for correlation; the same for every authorizer of a chain
 * @param deadline when the host stops waiting and takes the answer as unavailable
 */
public record AuthorizationRequest(
        Gate gate,
        String method,
        Subject subject,
        BootInfo bootInfo,
        String verifier,
        String requestId,
        Instant deadline) {
    public AuthorizationRequest {
        Objects.requireNonNull(gate, "gate");
        Objects.requireNonNull(method, "method");
        Objects.requireNonNull(subject, "subject");
        Objects.requireNonNull(bootInfo, "bootInfo");
        Objects.requireNonNull(verifier, "verifier");
        Objects.requireNonNull(requestId, "requestId");
        Objects.requireNonNull(deadline, "deadline");
    }
}
