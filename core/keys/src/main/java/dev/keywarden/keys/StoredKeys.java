package dev.keywarden.keys;

import java.util.List;
import java.util.Optional;

/**
 * Everything a bootstrapped node keeps, loaded, checked and repaired. Closing wipes the keys.
 *
 * @param rootKeys the roots and the temporary CA's key
 * @param rpcKey key of the node's TLS certificate
 * @param rootCaCertPem text exactly as on disk
 * @param tempCaCertPem text exactly as on disk
 * @param tempCaKeyPem text exactly as on disk; public by design
 * @param domain what the TLS certificate is for
 * @param bootstrapInfo the published record, if there is one that parses
 * @param repairs what was missing or unusable and has been made again, one sentence each
 */
public record StoredKeys(
        RootKeys rootKeys,
        P256Key rpcKey,
        String rootCaCertPem,
        String tempCaCertPem,
        String tempCaKeyPem,
        String domain,
        Optional<BootstrapInfo> bootstrapInfo,
        List<String> repairs)
        implements AutoCloseable {
    public StoredKeys {
        repairs = List.copyOf(repairs);
    }

    /** Says where to look, and nothing of the keys, the temporary CA's included. */
    @Override
    public String toString() {
        return "StoredKeys[domain=" + domain + ", k256=" + rootKeys.k256().publicKey() + "]";
    }

    @Override
    public void close() {
        rootKeys.close();
        rpcKey.close();
    }
}
