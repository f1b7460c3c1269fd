package dev.keywarden.attestation;

import dev.keywarden.spi.Bytes;
import java.util.Optional;

/**
 * What a certificate's extensions say (wire protocol, section 7.3); nothing of it is verified.
 *
 * @param attestation the evidence, from the unified extension or the two legacy ones
 * @param appId extension 3
 * @param specialUsage extension 4, for example {@code kms:rpc}
 * @param appInfo extension 9
 */
public record CertificateClaims(
        Optional<AttestationEnvelope> attestation,
        Optional<Bytes> appId,
        Optional<String> specialUsage,
        Optional<AppInfo> appInfo) {}
