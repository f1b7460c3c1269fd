package dev.keywarden.keys;

import java.util.List;
import java.util.Set;

/** The files of a key directory (wire protocol, section 9). */
final class KeyFileNames {
    static final String ROOT_CA_KEY = "root-ca.key";
    static final String ROOT_K256_KEY = "root-k256.key";
    static final String TEMP_CA_KEY = "tmp-ca.key";
    static final String RPC_KEY = "rpc.key";
    static final String ROOT_CA_CERT = "root-ca.crt";
    static final String TEMP_CA_CERT = "tmp-ca.crt";
    static final String RPC_CERT = "rpc.crt";
    static final String RPC_DOMAIN = "rpc-domain";
    static final String BOOTSTRAP_INFO = "bootstrap-info.json";

    /** Files that nobody but the owner may read. */
    static final Set<String> PRIVATE = Set.of(ROOT_CA_KEY, ROOT_K256_KEY, TEMP_CA_KEY, RPC_KEY);

    /**
     * The order in which staged files move into place: root keys after everything that could be made again, and the
     * published record after the keys it names.
     */
    static final List<String> COMMIT_ORDER = List.of(
            RPC_DOMAIN,
            TEMP_CA_KEY,
            RPC_KEY,
            TEMP_CA_CERT,
            ROOT_CA_CERT,
            RPC_CERT,
            ROOT_CA_KEY,
            ROOT_K256_KEY,
            BOOTSTRAP_INFO);

    static final int PRIVATE_MODE = 0600;
    static final int PUBLIC_MODE = 0644;

    private KeyFileNames() {}

    static int modeOf(String name) {
        return PRIVATE.contains(name) ? PRIVATE_MODE : PUBLIC_MODE;
    }
}
