package dev.keywarden.app.node;

import dev.keywarden.app.admin.PublicImageCacheClearing;
import dev.keywarden.app.audit.DecisionLog;
import dev.keywarden.app.config.KmsConfiguration;
import dev.keywarden.app.gate.Caller;
import dev.keywarden.app.gate.CallerIdentity;
import dev.keywarden.app.gate.DecisionTrails;
import dev.keywarden.app.service.KmsService;
import dev.keywarden.app.service.MetaSource;
import dev.keywarden.app.service.SignCertService;
import dev.keywarden.keys.KeyDerivation;
import dev.keywarden.keys.StoredKeys;
import dev.keywarden.rpc.PrpcService;
import dev.keywarden.server.Page;
import dev.keywarden.server.Site;
import dev.keywarden.server.TlsListener;
import dev.keywarden.spi.Bytes;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What a node with root keys serves, until it is to stop. */
final class ServingMode {
    private static final int NODE_ID_BYTES = 8;

    private final NodeParts parts;
    private final KmsConfiguration configuration;
    private final Health health;

    ServingMode(NodeParts parts, Health health) {
        this.parts = parts;
        this.health = health;
        this.configuration = parts.settings().configuration();
    }

    /**
     * Serves.
     *
     * @param justMade whether the root keys were made by this process
     * @param drain how long requests may take to end when the node is to stop
     */
    void serve(boolean justMade, CountDownLatch stop, Duration drain) {
        try (StoredKeys keys = parts.directory()
                .load(
                        configured(configuration.core().onboard().autoBootstrapDomain()),
                        parts.random(),
                        parts.clock().instant())) {
            keys.repairs().forEach(parts.events()::warning);
            Bytes publicKey = keys.rootKeys().k256().publicKey();
            parts.events().keys(parts.directory().path(), publicKey.toHex(), justMade);
            RpcCertificate certificate = new RpcCertificate(
                    parts.directory(), keys, parts.certificates(), parts.generations(), parts.events(), parts.clock());
            // How nodes are told apart in their records: the beginning of the x coordinate of the public key.
            String nodeId = publicKey.slice(1, NODE_ID_BYTES).toHex();
            try (DecisionLog log = parts.metrics().counting(parts.openLog(nodeId))) {
                TlsListener listener =
                        listen(site(service(keys, new DecisionTrails(parts.generations(), log))), certificate);
                try {
                    health.serves(true);
                    parts.events().serving("serving", ListenerSettings.url("https", keys.domain(), listener.address()));
                    certificate.renewUntil(
                            stop, listener, configuration.core().attestation().renewal());
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                } finally {
                    awaitNotice();
                    health.serves(false);
                    listener.stop(drain).join();
                    parts.shadows().flush();
                }
            }
        }
    }

    /** Whoever balances load sees that the node is not ready any more, and sends no more requests, before it refuses any. */
    private void awaitNotice() {
        try {
            // Nothing ends it early: a second request to stop is no reason to refuse the requests under way.
            boolean ended = new CountDownLatch(1)
                    .await(configuration.rpc().shutdownDelay().toMillis(), TimeUnit.MILLISECONDS);
            assert !ended;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Optional<String> configured(String text) {
        return Optional.of(text).filter(given -> !given.isEmpty());
    }

    private PrpcService<Caller> service(StoredKeys keys, DecisionTrails trails) {
        KeyDerivation derivation = new KeyDerivation(keys.rootKeys());
        KmsService service = new KmsService(
                parts.gates(),
                trails,
                keys,
                derivation,
                new SignCertService(parts.gates(), parts.verifier(), trails, keys, derivation, parts.clock()),
                new MetaSource(keys, parts.generations()),
                parts.clock());
        CallerIdentity callers = new CallerIdentity(
                parts.certificateEvidence(), configuration.core().attestation().connectionReuse(), parts.clock());
        Optional<PublicImageCacheClearing> clearing = configured(
                        configuration.core().adminTokenHash())
                .map(hash -> new PublicImageCacheClearing(parts.images(), hash));
        return service.methods(callers, clearing, parts.metrics());
    }

    private Site site(PrpcService<Caller> service) {
        Site.Builder site = health.addTo(Site.builder().prpc(service))
                .header("X-App-Version", ApplicationVersion.current().header());
        if (configuration.core().metrics().enabled()) {
            site.page("/metrics", () -> Page.text(parts.metrics().scrape()));
        }
        return site.build();
    }

    private TlsListener listen(Site site, RpcCertificate certificate) {
        KmsConfiguration.Rpc rpc = configuration.rpc();
        try {
            return parts.server().listen(new InetSocketAddress(rpc.address(), rpc.port()), site, certificate.issue());
        } catch (IOException e) {
            throw ListenerSettings.cannotListen(rpc.address(), rpc.port(), e);
        }
    }
}
