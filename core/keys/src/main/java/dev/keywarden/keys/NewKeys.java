package dev.keywarden.keys;

import java.util.Optional;

/**
 * What bootstrap (or onboarding) is about to store; the keys stay the caller's to close.
 *
 * @param rootKeys the roots and the temporary CA's key
 * @param rpcKey key of the node's TLS certificate
 * @param rootCaCertPem certificate of the root CA key
 * @param tempCaCertPem certificate of the temporary CA key
 * @param rpcCertPem the node's first TLS certificate
 * @param domain what it is for
 * @param bootstrapInfo the record to publish, if any
 */
public record NewKeys(
        RootKeys rootKeys,
        P256Key rpcKey,
        String rootCaCertPem,
        String tempCaCertPem,
        String rpcCertPem,
        String domain,
        Optional<BootstrapInfo> bootstrapInfo) {}
