package dev.keywarden.app.node;

import dev.keywarden.app.audit.DecisionLog;
import dev.keywarden.app.audit.DecisionLogFile;
import dev.keywarden.app.audit.DecisionRecord;
import dev.keywarden.app.config.ConfigurationException;
import dev.keywarden.app.config.KmsConfiguration;
import dev.keywarden.app.config.NodeSettings;
import dev.keywarden.app.gate.CallerIdentity;
import dev.keywarden.app.gate.CertificateEvidence;
import dev.keywarden.app.gate.DecisionTrail;
import dev.keywarden.app.gate.EvidenceVerifier;
import dev.keywarden.app.gate.GateRefusal;
import dev.keywarden.app.gate.Gates;
import dev.keywarden.app.gate.SelfIdentity;
import dev.keywarden.app.service.AttestationInfo;
import dev.keywarden.app.service.Bootstrapper;
import dev.keywarden.app.service.KmsService;
import dev.keywarden.app.service.MetaSource;
import dev.keywarden.app.service.NodeCertificates;
import dev.keywarden.app.service.OnboardService;
import dev.keywarden.app.service.Onboarder;
import dev.keywarden.app.service.RootKeyState;
import dev.keywarden.app.service.SignCertService;
import dev.keywarden.host.PluginHost;
import dev.keywarden.keys.KeyDerivation;
import dev.keywarden.keys.KeyDirectory;
import dev.keywarden.keys.StoredKeys;
import dev.keywarden.server.KeywardenServer;
import dev.keywarden.server.Listener;
import dev.keywarden.server.Site;
import dev.keywarden.server.TlsIdentity;
import dev.keywarden.server.TlsListener;
import dev.keywarden.server.TlsProvider;
import dev.keywarden.spi.Bytes;
import dev.keywarden.spi.Gate;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * One node, from the first look at its key directory to its last answer.
 *
 * <p>Without root keys it serves onboarding mode until it has some and is told to go on; then, in the same process, it
 * reissues its certificate with fresh evidence and serves RPCs (wire protocol, section 10.1).
 */
public final class Node implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Node.class.getName());
    private static final int NODE_ID_BYTES = 8;
    private static final Duration DRAIN = Duration.ofSeconds(5);

    private final NodeSettings settings;
    private final NodeEvents events;
    private final InstantSource clock;
    private final SecureRandom random;
    private final PluginHost host;
    private final KeyDirectory directory;
    private final KeywardenServer server;
    private final SelfIdentity self;
    private final EvidenceVerifier verifier;
    private final CertificateEvidence certificateEvidence;
    private final RootKeyState rootKeyState;
    private final Gates gates;
    private final NodeCertificates certificates;
    private final CountDownLatch stopRequested = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);

    private Node(
            NodeSettings settings,
            NodeEvents events,
            InstantSource clock,
            SecureRandom random,
            PluginHost host,
            KeyDirectory directory,
            KeywardenServer server) {
        this.settings = settings;
        this.events = events;
        this.clock = clock;
        this.random = random;
        this.host = host;
        this.directory = directory;
        this.server = server;
        this.verifier = new EvidenceVerifier(host.attestation(), clock);
        this.certificateEvidence = new CertificateEvidence(verifier);
        this.rootKeyState = new RootKeyState(directory);
        this.self = new SelfIdentity(host.attestation().attester(), verifier);
        KmsConfiguration.Core core = settings.configuration().core();
        Gates.GatePolicy policy = new Gates.GatePolicy(
                settings.quoteEnabled() && core.enforceSelfAuthorization(),
                peers(core.onboard()),
                core.image().verify());
        this.gates = new Gates(policy, self, host.chain(), host.pluginSetDigest(), clock);
        this.certificates = new NodeCertificates(self, settings.quoteEnabled() && core.attestRpcCert());
    }

    private static Gates.Peers peers(KmsConfiguration.Onboard onboard) {
        if (onboard.quoteEnabled()) {
            return Gates.Peers.ATTESTED;
        }
        return onboard.insecureAllowUnattestedHandover() ? Gates.Peers.UNATTESTED : Gates.Peers.UNATTESTED_SOURCE;
    }

    /**
     * Loads plugins, opens the key directory, and gets a server ready; nothing listens yet.
     *
     * @throws ConfigurationException if a file or setting can't work
     * @throws dev.keywarden.host.PluginLoadException if a plugin can't be loaded
     * @throws dev.keywarden.keys.KeyException if the key directory can't be used
     */
    public static Node assemble(
            NodeSettings settings,
            Distribution distribution,
            NodeEvents events,
            InstantSource clock,
            SecureRandom random) {
        settings.warnings().forEach(events::warning);
        events.engine("cryptography", CryptoProviders.install());
        PluginHost host = PluginHost.load(HostSettings.from(settings, distribution, clock));
        events.plugins(host.plugins());
        KeyDirectory directory = KeyDirectory.open(settings.certDir());
        directory.warning().ifPresent(events::warning);
        KeywardenServer server = KeywardenServer.start(
                ListenerSettings.limits(settings.configuration().rpc().limits()),
                clock,
                TlsProvider.NATIVE_IF_POSSIBLE);
        events.engine("tls", server.describe());
        return new Node(settings, events, clock, random, host, directory, server);
    }

    /** Who this node is, computed at most once. */
    public SelfIdentity identity() {
        return self;
    }

    /** Runs until {@link #requestStop}. */
    public void run() {
        run(Optional.empty());
    }

    /**
     * Runs until {@link #requestStop}.
     *
     * @param bootstrapDomain if there are no root keys: bootstraps from within onboarding mode for this domain and goes on,
     *     as somebody at the onboarding page would
     * @throws GateRefusal if the node may not have root keys, or its certificate can't be attested
     */
    public void run(Optional<String> bootstrapDomain) {
        try {
            boolean made = !directory.hasRootKey() && obtainRootKeys(bootstrapDomain);
            if (stopRequested.getCount() > 0 || made) {
                serve(made);
            }
        } finally {
            stopped.countDown();
        }
    }

    /** Asks the node to stop and waits until it has answered what it was asked, a few seconds at most. */
    public void requestStop() {
        stopRequested.countDown();
        try {
            if (!stopped.await(2 * DRAIN.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.log(System.Logger.Level.WARNING, "requests were still being answered when the node had to end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns whether root keys were made; onboarding mode may also end because the process is to stop. */
    private boolean obtainRootKeys(Optional<String> bootstrapDomain) {
        KmsConfiguration.Onboard onboard = settings.configuration().core().onboard();
        try (DecisionLog log = openLog("unbootstrapped")) {
            Bootstrapper bootstrapper = new Bootstrapper(
                    directory, rootKeyState, gates, certificates, settings.quoteEnabled(), random, clock);
            if (!onboard.autoBootstrapDomain().isEmpty()) {
                bootstrapper.bootstrap(
                        onboard.autoBootstrapDomain(), "KMS is not allowed to auto-bootstrap", ownTrail(log));
                return true;
            }
            if (!onboard.enabled()) {
                throw new ConfigurationException(
                        settings.certDir() + ": there are no root keys, and"
                                + " core.onboard.enabled = false keeps this node from getting any. Enable it, or copy the keys here");
            }
            serveOnboarding(log, bootstrapper, bootstrapDomain);
        }
        if (!directory.hasRootKey() && stopRequested.getCount() > 0) {
            throw new GateRefusal("Failed to onboard: onboarding was finished, but there are no root keys");
        }
        return directory.hasRootKey();
    }

    private static DecisionTrail ownTrail(DecisionLog log) {
        return new DecisionTrail(log, "start", "");
    }

    private void serveOnboarding(DecisionLog log, Bootstrapper bootstrapper, Optional<String> bootstrapDomain) {
        KmsConfiguration.Onboard onboard = settings.configuration().core().onboard();
        OnboardingMode mode = new OnboardingMode(
                finish -> new OnboardService(bootstrapper, onboarder(), attestationInfo(), log, finish));
        Listener listener = listen(onboard.address(), onboard.port(), mode.site());
        try {
            events.serving("onboarding", ListenerSettings.url("http", onboard.address(), listener.address()));
            if (bootstrapDomain.isPresent()) {
                bootstrapper.bootstrap(bootstrapDomain.get(), "KMS is not allowed to bootstrap", ownTrail(log));
                mode.finish();
            }
            mode.await(stopRequested);
        } finally {
            listener.stop(DRAIN).join();
        }
    }

    private Onboarder onboarder() {
        return new Onboarder(
                directory,
                rootKeyState,
                gates,
                self,
                certificateEvidence,
                certificates,
                settings.configuration().core().onboard().sourceTimeout(),
                random,
                clock);
    }

    private AttestationInfo attestationInfo() {
        return new AttestationInfo(
                self, host.chain(), settings.configuration().core().siteName());
    }

    private Listener listen(String address, int port, Site site) {
        try {
            return server.listen(new InetSocketAddress(address, port), site);
        } catch (IOException e) {
            throw ListenerSettings.cannotListen(address, port, e);
        }
    }

    private void serve(boolean justMade) {
        KmsConfiguration.Rpc rpc = settings.configuration().rpc();
        Instant now = clock.instant();
        try (StoredKeys keys = directory.load(configuredDomain(), random, now)) {
            keys.repairs().forEach(events::warning);
            String nodeId = nodeId(keys.rootKeys().k256().publicKey());
            events.keys(directory.path(), keys.rootKeys().k256().publicKey().toHex(), justMade);
            RpcCertificate certificate = new RpcCertificate(directory, keys, certificates, events, clock);
            TlsIdentity identity = certificate.issue();
            try (DecisionLog log = openLog(nodeId)) {
                KeyDerivation derivation = new KeyDerivation(keys.rootKeys());
                KmsService service = new KmsService(
                        gates,
                        log,
                        keys,
                        derivation,
                        new SignCertService(gates, verifier, log, keys, derivation, clock),
                        new MetaSource(keys, host.chain(), settings.isDev()),
                        clock);
                CallerIdentity callers = new CallerIdentity(
                        certificateEvidence,
                        settings.configuration().core().attestation().connectionReuse(),
                        clock);
                Site site = Site.builder()
                        .prpc(service.methods(callers))
                        .header("X-App-Version", ApplicationVersion.current().header())
                        .build();
                serveUntilStopped(rpc, site, identity, keys.domain(), certificate);
            }
        }
    }

    private void serveUntilStopped(
            KmsConfiguration.Rpc rpc, Site site, TlsIdentity identity, String domain, RpcCertificate certificate) {
        TlsListener listener;
        try {
            listener = server.listen(new InetSocketAddress(rpc.address(), rpc.port()), site, identity);
        } catch (IOException e) {
            throw ListenerSettings.cannotListen(rpc.address(), rpc.port(), e);
        }
        try {
            events.serving("serving", ListenerSettings.url("https", domain, listener.address()));
            certificate.renewUntil(
                    stopRequested,
                    listener,
                    settings.configuration().core().attestation().renewal());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            listener.stop(DRAIN).join();
        }
    }

    private Optional<String> configuredDomain() {
        String domain = settings.configuration().core().onboard().autoBootstrapDomain();
        return domain.isEmpty() ? Optional.empty() : Optional.of(domain);
    }

    /** How nodes are told apart in their records: the beginning of the x coordinate of the public key. */
    private static String nodeId(Bytes k256PublicKey) {
        return k256PublicKey.slice(1, NODE_ID_BYTES).toHex();
    }

    private DecisionLog openLog(String nodeId) {
        if (!settings.configuration().core().audit().enabled()) {
            return DecisionLog.none();
        }
        try {
            return new AnnouncedDecisions(DecisionLogFile.open(settings.auditFile(), nodeId), events);
        } catch (IOException e) {
            throw new ConfigurationException(settings.auditFile() + ": decisions can't be recorded there ("
                    + e.getMessage() + "), so this node would have to refuse everything. Set core.audit.file to a file"
                    + " this process may write");
        }
    }

    @Override
    public void close() {
        server.close();
        host.close();
        directory.close();
    }

    /** Tells whoever started the node about decisions that are about the node's own beginning. */
    private record AnnouncedDecisions(DecisionLog log, NodeEvents events) implements DecisionLog {
        @Override
        public void commit(List<DecisionRecord> records) {
            log.commit(records);
            records.stream().filter(record -> record.gate() == Gate.BOOTSTRAP).forEach(events::decision);
        }

        @Override
        public void close() {
            log.close();
        }
    }
}
