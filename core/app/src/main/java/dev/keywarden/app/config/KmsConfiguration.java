package dev.keywarden.app.config;

import dev.keywarden.host.Ed25519;
import dev.keywarden.host.Isolation;
import dev.keywarden.spi.Bytes;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The node's configuration as written in the files, every key known and of the right type.
 *
 * <p>The tables of the plugins ({@code core.attestation.<id>}, {@code core.authorization.<id>}, {@code
 * core.plugins.pins}) are not here: they are bound by the plugins themselves, see {@link NodeSettings}.
 *
 * @param rpc the listener of a bootstrapped node
 * @param core everything else
 */
public record KmsConfiguration(Rpc rpc, Core core) {

    /**
     * The listener of a bootstrapped node.
     *
     * @param address address to listen on
     * @param port 0 to 65535; 0 takes a free one
     * @param shutdownDelay how long a node that is to stop still accepts requests while it says that it is not ready
     * @param tls where the reference keeps its TLS files; must agree with {@code core.cert_dir}
     * @param limits what a stranger may use up
     */
    public record Rpc(
            String address,
            int port,
            Duration shutdownDelay,
            @Nullable Tls tls,
            Limits limits) {}

    /** The reference names its TLS files twice; here they always lie in {@code core.cert_dir}. */
    public record Tls(
            @Nullable Path key,
            @Nullable Path certs,
            @Nullable Mutual mutual) {}

    /** Client certificates are asked for and never required. */
    public record Mutual(@Nullable Path caCerts, @Nullable Boolean mandatory) {}

    /**
     * What a stranger may use up of a listener.
     *
     * @param maxConnections open connections per listener
     * @param maxRequestsInFlight requests being answered at one time per listener
     * @param handshakeTimeout from accepting a connection to the end of its TLS handshake
     * @param headerTimeout from the first byte of a request to the end of its headers
     * @param bodyTimeout from the end of the headers to the end of the body
     * @param keepAliveTimeout how long a connection may idle after a request
     * @param maxHeaderBytes all headers of one request
     * @param maxBodyBytes one request's body
     */
    public record Limits(
            int maxConnections,
            int maxRequestsInFlight,
            Duration handshakeTimeout,
            Duration headerTimeout,
            Duration bodyTimeout,
            Duration keepAliveTimeout,
            int maxHeaderBytes,
            int maxBodyBytes) {}

    /** The table {@code [core]}; keys that only another part of the reference uses are accepted and have no effect. */
    public record Core(
            Path certDir,
            String subjectPostfix,
            String adminTokenHash,
            @Nullable String pccsUrl,
            String siteName,
            boolean enforceSelfAuthorization,
            boolean attestRpcCert,
            boolean sevSnpKeyRelease,
            boolean awsNitroTpmKeyRelease,
            Image image,
            AuthApi authApi,
            Onboard onboard,
            Attestation attestation,
            Authorization authorization,
            Plugins plugins,
            Audit audit,
            Admin admin,
            Metrics metrics) {}

    /**
     * OS image verification.
     *
     * @param downloadTimeout for one image; {@code null} if the file says {@code never}
     */
    public record Image(
            boolean verify,
            Path cacheDir,
            String downloadUrl,
            @Nullable Duration downloadTimeout) {}

    /**
     * The reference's choice of authorizer: {@code type} names a chain of one, and the table of the same name holds its
     * settings.
     */
    public record AuthApi(String type) {}

    /**
     * Onboarding mode: what a node without root keys does.
     *
     * @param quoteEnabled whether nodes attest themselves and each other; off, the three gates about KMS nodes are skipped
     * @param insecureAllowUnattestedHandover with {@code quoteEnabled} off: hands the root keys to anyone who asks
     * @param sourceTimeout for each call to the KMS that keys are taken over from
     */
    public record Onboard(
            boolean enabled,
            String autoBootstrapDomain,
            boolean quoteEnabled,
            boolean insecureAllowUnattestedHandover,
            Duration sourceTimeout,
            String address,
            int port) {}

    /**
     * Whose evidence counts, and who makes this node's own.
     *
     * @param accept ids of the attestation plugins whose evidence counts, in order
     * @param attester id of the plugin that makes this node's own evidence
     * @param timeout for one verification or attestation
     * @param connectionReuse how long a client certificate stays verified for its TLS connection
     * @param renewal how often this node's own certificate is made anew, with fresh evidence
     */
    public record Attestation(
            List<String> accept,
            @Nullable String attester,
            Duration timeout,
            Duration connectionReuse,
            Duration renewal,
            boolean insecureAllowExternalTrustAnchors) {}

    /**
     * Who decides.
     *
     * @param chain ids of the authorizers, in order; absent: what {@code core.auth_api.type} says
     * @param combine {@code all}, {@code first} or {@code quorum:N}
     * @param veto whether under a quorum a deny of any other denies all the same
     * @param shadow ids of authorizers that are asked beside the chain and have no say
     * @param timeout for each authorizer
     */
    public record Authorization(
            @Nullable List<String> chain, String combine, boolean veto, List<String> shadow, Duration timeout) {}

    /**
     * Where plugins come from, and what vouches for them.
     *
     * @param dir folder of plugin archives; absent: the distribution's own
     * @param trust {@code pinned}, {@code signed} or {@code any}
     * @param insecure allows {@code any} on a node that attests
     * @param watch whether a changed folder or configuration file changes the plugins of the running node
     * @param stateDir where plugins keep what they must remember; absent: beside {@code core.cert_dir}
     * @param keys whose signatures count, by a name of the operator's choice
     * @param threshold how many of them must have signed
     * @param revoked ids of keys and SHA-256 of archives that must not count, hex
     * @param allowOlder ids of plugins that may be older than what the node ran
     * @param isolated authorizers that run apart from the node, by id
     */
    public record Plugins(
            @Nullable Path dir,
            String trust,
            boolean insecure,
            boolean watch,
            @Nullable Path stateDir,
            Map<String, SigningKey> keys,
            int threshold,
            List<String> revoked,
            List<String> allowOlder,
            Map<String, Isolated> isolated) {}

    /**
     * How one authorizer is kept apart.
     *
     * @param isolation {@code process}
     * @param memoryMegabytes heap of the process
     * @param user user of the system that the process runs as
     * @param network whether it may use the network
     */
    public record Isolated(
            String isolation,
            @Nullable Integer memoryMegabytes,
            @Nullable String user,
            @Nullable Boolean network) {
        static final int DEFAULT_MEMORY_MEGABYTES = 128;
        static final boolean DEFAULT_NETWORK = true;

        /** @throws IllegalArgumentException if a value can't work */
        public Isolated {
            if (!isolation.equals("process")) {
                throw new IllegalArgumentException("isolation must be \"process\", not \"" + isolation + "\"");
            }
            if (memoryMegabytes == null) {
                memoryMegabytes = DEFAULT_MEMORY_MEGABYTES;
            }
            if (network == null) {
                network = DEFAULT_NETWORK;
            }
            // Refuses what can't be.
            isolation(memoryMegabytes, user, network);
        }

        /** As the host takes it. */
        public Isolation settings() {
            return isolation(memoryMegabytes, user, network);
        }

        private static Isolation isolation(
                @Nullable Integer megabytes, @Nullable String user, @Nullable Boolean network) {
            return new Isolation(
                    megabytes == null ? DEFAULT_MEMORY_MEGABYTES : megabytes,
                    user,
                    network == null ? DEFAULT_NETWORK : network);
        }
    }

    /**
     * A key that signs plugins.
     *
     * @param key raw Ed25519 public key, 32 bytes
     * @param expires time in ISO 8601, UTC; absent: never
     */
    public record SigningKey(Bytes key, @Nullable String expires) {
        /** @throws IllegalArgumentException if either is malformed */
        public SigningKey {
            if (key.length() != Ed25519.PUBLIC_KEY_BYTES) {
                throw new IllegalArgumentException("key must be " + 2 * Ed25519.PUBLIC_KEY_BYTES
                        + " hex digits; `keywarden plugins keygen` prints it");
            }
            if (expires != null) {
                requireTime(expires);
            }
        }

        private static void requireTime(String text) {
            try {
                Instant.parse(text);
            } catch (DateTimeParseException e) {
                throw new IllegalArgumentException("expires must be a time such as 2027-01-31T00:00:00Z", e);
            }
        }
    }

    /**
     * Where decisions are recorded.
     *
     * @param enabled whether decision records are written; a node that releases keys should never switch this off
     * @param file the JSON-lines file; absent: {@code decisions.jsonl} in a folder {@code audit} beside {@code core.cert_dir}
     * @param rotateBytes size from which a file is full
     * @param rotateAfter age from which a file is full
     * @param keepFor how long full files are kept; absent: for ever
     * @param evidenceDir where evidence is kept by digest; absent: {@code evidence} beside the file
     * @param evidenceBytes how much of it
     */
    public record Audit(
            boolean enabled,
            @Nullable Path file,
            long rotateBytes,
            Duration rotateAfter,
            @Nullable Duration keepFor,
            @Nullable Path evidenceDir,
            long evidenceBytes) {}

    /**
     * The admin listener of the reference's newer version.
     *
     * @param authToken a shared secret
     * @param htpasswdFile users with bcrypt hashes; empty: none
     * @param insecureNoAuth whether there may be neither
     */
    public record Admin(
            boolean enabled, String address, int port, String authToken, String htpasswdFile, boolean insecureNoAuth) {
        /** Without the secret. */
        @Override
        public String toString() {
            return "Admin[" + (enabled ? address + ":" + port : "disabled") + "]";
        }
    }

    /** The metrics endpoint of the reference's newer version. */
    public record Metrics(boolean enabled) {}
}
