package dev.keywarden.spi;

import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * The question put to an authorizer.
 *
 * @param gate which gate asks
 * @param method the RPC behind the gate, without prefix, for example {@code GetAppKey}
 * @param subject whom the decision is about
 * @param bootInfo who booted what where, from verified evidence
 * @param verifier name of the attestation backend that verified the evidence, for example {@code tdx} or {@code mock}
 * @param claims what else the verifier found, each with what binds it; possibly empty
 * @param requestId unique per request, for correlation; the same for every authorizer of a chain
 * @param time when the question is put; the one time that a decision may rest on, the same for every authorizer of a chain
 * @param deadline when the host stops waiting and takes the answer as unavailable
 */
public record AuthorizationRequest(
        Gate gate,
        String method,
        Subject subject,
        BootInfo bootInfo,
        String verifier,
        List<Attestation.Claim> claims,
        String requestId,
        Instant time,
        Instant deadline) {
    public AuthorizationRequest {
        Objects.requireNonNull(gate, "gate");
        Objects.requireNonNull(method, "method");
        Objects.requireNonNull(subject, "subject");
        Objects.requireNonNull(bootInfo, "bootInfo");
        Objects.requireNonNull(verifier, "verifier");
        claims = List.copyOf(claims);
        Objects.requireNonNull(requestId, "requestId");
        Objects.requireNonNull(time, "time");
        Objects.requireNonNull(deadline, "deadline");
    }
}
