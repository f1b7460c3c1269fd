package dev.keywarden.host;

import dev.keywarden.spi.Attestation;
import dev.keywarden.spi.BootInfo;
import dev.keywarden.spi.Gate;
import dev.keywarden.spi.Subject;
import java.util.List;

/**
 * What a gate wants to know; the chain adds each authorizer's deadline.
 *
 * @param gate which gate asks
 * @param method the RPC behind the gate
 * @param subject whom it is about
 * @param bootInfo from verified evidence
 * @param verifier name of the attestation backend that verified it
 * @param claims what else that backend found
 * @param requestId of the request
 */
public record AuthorizationQuestion(
        Gate gate,
        String method,
        Subject subject,
        BootInfo bootInfo,
        String verifier,
        List<Attestation.Claim> claims,
        String requestId) {
    public AuthorizationQuestion {
        claims = List.copyOf(claims);
    }
}
