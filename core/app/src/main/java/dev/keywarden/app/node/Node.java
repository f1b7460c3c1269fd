package dev.keywarden.app.node;

import dev.keywarden.app.admin.AdminCredentials;
import dev.keywarden.app.admin.AdminService;
import dev.keywarden.app.admin.AdministrativeActs;
import dev.keywarden.app.admin.PluginAdministration;
import dev.keywarden.app.audit.CurrentLog;
import dev.keywarden.app.audit.DecisionLog;
import dev.keywarden.app.audit.ShadowJournal;
import dev.keywarden.app.config.ConfigurationException;
import dev.keywarden.app.config.KmsConfiguration;
import dev.keywarden.app.config.NodeSettings;
import dev.keywarden.app.explain.ChainExplainer;
import dev.keywarden.app.gate.DecisionTrail;
import dev.keywarden.app.gate.DecisionTrails;
import dev.keywarden.app.gate.GateRefusal;
import dev.keywarden.app.gate.SelfIdentity;
import dev.keywarden.app.metrics.NodeMetrics;
import dev.keywarden.app.service.AttestationInfo;
import dev.keywarden.app.service.Bootstrapper;
import dev.keywarden.app.service.OnboardService;
import dev.keywarden.app.service.Onboarder;
import dev.keywarden.app.service.RequestIds;
import dev.keywarden.app.service.RootKeyState;
import dev.keywarden.host.GenerationReport;
import dev.keywarden.host.PluginGenerations;
import dev.keywarden.keys.KeyDirectory;
import dev.keywarden.server.KeywardenServer;
import dev.keywarden.server.Listener;
import dev.keywarden.server.Site;
import dev.keywarden.server.TlsProvider;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * One node, from the first look at its key directory to its last answer.
 *
 * <p>Without root keys it serves onboarding mode until it has some and is told to go on; then, in the same process, it
 * reissues its certificate with fresh evidence and serves RPCs (wire protocol, section 10.1).
 */
public final class Node implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Node.class.getName());
    private static final Duration DRAIN = Duration.ofSeconds(5);

    private final NodeParts parts;
    private final Reloader reloader;
    private final RootKeyState rootKeyState;
    private final Health health;
    private final CountDownLatch stopRequested = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);

    private Node(NodeParts parts, Reloader reloader) {
        this.parts = parts;
        this.reloader = reloader;
        this.rootKeyState = new RootKeyState(parts.directory());
        this.health = new Health(parts.records(), parts.generations(), () -> stopRequested.getCount() == 0);
    }

    /**
     * Loads plugins, opens the key directory, and gets a server ready; nobody but administrators is listened to yet.
     *
     * @throws ConfigurationException if a file or setting can't work
     * @throws dev.keywarden.host.PluginLoadException if a plugin can't be loaded
     * @throws dev.keywarden.keys.KeyException if the key directory can't be used
     */
    public static Node assemble(
            Supplier<NodeSettings> source,
            Distribution distribution,
            NodeEvents events,
            InstantSource clock,
            SecureRandom random) {
        NodeSettings settings = source.get();
        settings.warnings().forEach(events::warning);
        KmsConfiguration.Admin admin = settings.configuration().core().admin();
        Optional<AdminCredentials> administrators =
                admin.enabled() ? Optional.of(AdminCredentials.from(admin, System.getenv(), clock)) : Optional.empty();
        events.engine("cryptography", CryptoProviders.install());
        NodeMetrics metrics = new NodeMetrics();
        PluginGenerations generations =
                PluginGenerations.start(HostSettings.from(settings, distribution, metrics, clock, random));
        metrics.show(generations);
        CurrentLog records = new CurrentLog();
        ShadowJournal shadows = ShadowJournal.start(records, generations::number, clock);
        metrics.passOnTo(shadows);
        try (PluginGenerations.Lease plugins = generations.lease()) {
            events.plugins(plugins.host().plugins());
        }
        KeyDirectory directory = KeyDirectory.open(settings.certDir());
        directory.warning().ifPresent(events::warning);
        KeywardenServer server = KeywardenServer.start(
                ListenerSettings.limits(settings.configuration().rpc().limits()),
                clock,
                TlsProvider.NATIVE_IF_POSSIBLE);
        events.engine("tls", server.describe());
        NodeParts parts = NodeParts.of(
                settings, events, clock, random, generations, directory, server, metrics, records, shadows);
        Node node = new Node(parts, parts.reloader(source, distribution));
        administrators.ifPresent(credentials ->
                AdminListener.open(admin, credentials, node.adminService(), node.health, server, events));
        return node;
    }

    /** Who this node is, computed at most once. */
    public SelfIdentity identity() {
        return parts.self();
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
        try (ChangeWatch watch = watch()) {
            HangupSignal.handle(() -> reloader.reload("SIGHUP"));
            boolean made = !parts.directory().hasRootKey() && obtainRootKeys(bootstrapDomain);
            if (stopRequested.getCount() > 0 || made) {
                new ServingMode(parts, health).serve(made, stopRequested, DRAIN);
            }
        } finally {
            stopped.countDown();
        }
    }

    private ChangeWatch watch() {
        NodeSettings settings = parts.settings();
        boolean enabled = settings.configuration().core().plugins().watch();
        List<Path> nothing = List.of();
        return ChangeWatch.start(
                () -> enabled ? reloader.watched() : nothing,
                () -> reloader.reload("the plugin folder or the configuration changed"));
    }

    private AdminService adminService() {
        return new AdminService(
                parts.images(),
                pluginAdministration(),
                parts.shadows(),
                new AdministrativeActs(parts.records(), parts.clock()),
                new ChainExplainer(parts.generations()::lease, parts.settings().audit(), parts.clock()),
                parts.settings().auditFile(),
                RequestIds::next);
    }

    /** What administrators may do. */
    private PluginAdministration pluginAdministration() {
        return new PluginAdministration() {
            @Override
            public GenerationReport reload() {
                return reloader.reload("an administrator asked for it");
            }

            @Override
            public GenerationReport rollback() {
                return reloader.rollback("an administrator went back");
            }

            @Override
            public long generation() {
                return parts.generations().number();
            }

            @Override
            public int open() {
                return parts.generations().open();
            }

            @Override
            public PluginGenerations.Lease plugins() {
                return parts.generations().lease();
            }

            @Override
            public List<GenerationReport> reports() {
                return parts.generations().reports();
            }
        };
    }

    /** Asks the node to stop and waits until it has answered what it was asked, a few seconds at most beyond {@code rpc.shutdown_delay}. */
    public void requestStop() {
        stopRequested.countDown();
        Duration patience = DRAIN.multipliedBy(2)
                .plus(parts.settings().configuration().rpc().shutdownDelay());
        try {
            if (!stopped.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.log(System.Logger.Level.WARNING, "requests were still being answered when the node had to end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns whether root keys were made; onboarding mode may also end because the process is to stop. */
    private boolean obtainRootKeys(Optional<String> bootstrapDomain) {
        NodeSettings settings = parts.settings();
        KmsConfiguration.Onboard onboard = settings.configuration().core().onboard();
        KeyDirectory directory = parts.directory();
        try (DecisionLog log = parts.openLog("unbootstrapped")) {
            DecisionTrails trails = new DecisionTrails(parts.generations(), log);
            Bootstrapper bootstrapper = new Bootstrapper(
                    directory,
                    rootKeyState,
                    parts.gates(),
                    parts.certificates(),
                    settings.quoteEnabled(),
                    parts.random(),
                    parts.clock());
            if (!onboard.autoBootstrapDomain().isEmpty()) {
                bootstrap(bootstrapper, onboard.autoBootstrapDomain(), "KMS is not allowed to auto-bootstrap", trails);
                return true;
            }
            if (!onboard.enabled()) {
                throw new ConfigurationException(
                        settings.certDir() + ": there are no root keys, and"
                                + " core.onboard.enabled = false keeps this node from getting any. Enable it, or copy the keys here");
            }
            serveOnboarding(trails, bootstrapper, bootstrapDomain);
        }
        if (!directory.hasRootKey() && stopRequested.getCount() > 0) {
            throw new GateRefusal("Failed to onboard: onboarding was finished, but there are no root keys");
        }
        return directory.hasRootKey();
    }

    private static void bootstrap(Bootstrapper bootstrapper, String domain, String context, DecisionTrails trails) {
        try (DecisionTrail trail = trails.begin("start", "")) {
            bootstrapper.bootstrap(domain, context, trail);
        }
    }

    private void serveOnboarding(DecisionTrails trails, Bootstrapper bootstrapper, Optional<String> bootstrapDomain) {
        KmsConfiguration.Onboard onboard =
                parts.settings().configuration().core().onboard();
        OnboardingMode mode = new OnboardingMode(
                finish -> new OnboardService(bootstrapper, onboarder(), attestationInfo(), trails, finish), health);
        Listener listener = listen(onboard.address(), onboard.port(), mode.site());
        try {
            parts.events().serving("onboarding", ListenerSettings.url("http", onboard.address(), listener.address()));
            if (bootstrapDomain.isPresent()) {
                bootstrap(bootstrapper, bootstrapDomain.get(), "KMS is not allowed to bootstrap", trails);
                mode.finish();
            }
            mode.await(stopRequested);
        } finally {
            listener.stop(DRAIN).join();
        }
    }

    private Onboarder onboarder() {
        return new Onboarder(
                parts.directory(),
                rootKeyState,
                parts.gates(),
                parts.self(),
                parts.certificateEvidence(),
                parts.certificates(),
                parts.settings().configuration().core().onboard().sourceTimeout(),
                parts.random(),
                parts.clock());
    }

    private AttestationInfo attestationInfo() {
        return new AttestationInfo(
                parts.self(),
                parts.generations(),
                parts.settings().configuration().core().siteName());
    }

    private Listener listen(String address, int port, Site site) {
        try {
            return parts.server().listen(new InetSocketAddress(address, port), site);
        } catch (IOException e) {
            throw ListenerSettings.cannotListen(address, port, e);
        }
    }

    @Override
    public void close() {
        parts.shadows().close();
        parts.server().close();
        parts.generations().close();
        parts.directory().close();
    }
}
