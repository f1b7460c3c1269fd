package dev.keywarden.host;

import dev.keywarden.spi.AttestationBackend;
import dev.keywarden.spi.Authorizer;
import dev.keywarden.spi.PluginException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.pf4j.PluginState;
import org.pf4j.PluginWrapper;

/**
 * Loads the plugins of a node and holds what came of them (design, sections 5 to 7).
 *
 * <p>Loading is all or nothing: every archive of the folder must be sound and trusted, every configured plugin must start and
 * bring what the configuration wants of it. Whatever fails is one sentence, and all sentences come together.
 */
public final class PluginHost implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(PluginHost.class.getName());
    private static final Duration FACTORY_TIMEOUT = Duration.ofSeconds(30);

    private final PluginHostSettings settings;
    private final List<String> problems = new ArrayList<>();
    private final List<PluginListing> listings = new ArrayList<>();
    private final Map<String, PluginArchive> archives = new LinkedHashMap<>();
    private final Deque<Runnable> closers = new ArrayDeque<>();
    private final CheckedPluginManager manager;
    private final AttestationBackends attestation;
    private final AuthorizationChain chain;

    private PluginHost(PluginHostSettings settings) {
        this.settings = settings;
        readArchives();
        manager = new CheckedPluginManager(List.copyOf(archives.values()));
        Map<String, HostedPlugin> started = problems.isEmpty() ? start() : Map.of();
        List<AttestationBackends.Link> accepted = new ArrayList<>();
        Map<String, AttestationBackends.Link> backends = new LinkedHashMap<>();
        for (String id : backendIds()) {
            backend(id, started.get(id)).ifPresent(link -> backends.put(id, link));
        }
        settings.accept().forEach(id -> Optional.ofNullable(backends.get(id)).ifPresent(accepted::add));
        String attester = settings.attester();
        attestation = new AttestationBackends(accepted, attester == null ? null : backends.get(attester));
        List<AuthorizationChain.Link> links = new ArrayList<>();
        for (String id : new LinkedHashSet<>(settings.chain())) {
            authorizer(id, started.get(id)).ifPresent(links::add);
        }
        chain = new AuthorizationChain(links, settings.combine(), settings.clock());
        if (!problems.isEmpty()) {
            close();
            throw new PluginLoadException(problems);
        }
    }

    /**
     * Loads.
     *
     * @throws PluginLoadException if anything is wrong; nothing stays loaded then
     */
    public static PluginHost load(PluginHostSettings settings) {
        return new PluginHost(settings);
    }

    private void readArchives() {
        ArchiveReader reader = new ArchiveReader();
        TrustPolicy trust = settings.trust();
        for (Path file : PluginArchives.files(settings.pluginsDirectory())) {
            try {
                PluginArchive archive = reader.read(file);
                listings.add(PluginArchives.listing(archive, trust));
                trust.refusal(archive).ifPresent(problems::add);
                PluginArchive twin = archives.putIfAbsent(archive.id(), archive);
                if (twin != null) {
                    problems.add(
                            file + ": " + twin.file() + " has the id " + archive.id() + " too. Remove one of them");
                }
            } catch (ArchiveProblem e) {
                problems.add(e.getMessage());
            }
        }
    }

    private Set<String> backendIds() {
        Set<String> ids = new LinkedHashSet<>(settings.accept());
        String attester = settings.attester();
        if (attester != null) {
            ids.add(attester);
        }
        return ids;
    }

    private Set<String> configuredIds() {
        Set<String> ids = backendIds();
        ids.addAll(settings.chain());
        ids.removeAll(settings.builtIn().keySet());
        return ids;
    }

    private Map<String, HostedPlugin> start() {
        Map<String, HostedPlugin> started = new LinkedHashMap<>();
        for (String id : configuredIds()) {
            if (!archives.containsKey(id)) {
                Collection<String> known = new TreeSet<>(archives.keySet());
                known.addAll(settings.builtIn().keySet());
                problems.add(settings.pluginsDirectory() + ": no archive has the plugin \"" + id
                        + "\" that the configuration names" + NearestName.hint(id, known));
            }
        }
        if (!problems.isEmpty()) {
            return started;
        }
        manager.loadPlugins();
        for (String id : configuredIds()) {
            PluginState state = manager.startPlugin(id);
            PluginWrapper wrapper = manager.getPlugin(id);
            if (state == PluginState.STARTED && wrapper.getPlugin() instanceof HostedPlugin hosted) {
                started.put(id, hosted);
            } else {
                Throwable cause = wrapper.getFailedException();
                problems.add(cause == null ? id + ": the plugin did not start (" + state + ")" : cause.getMessage());
            }
        }
        return started;
    }

    private Optional<AttestationBackends.Link> backend(String id, @Nullable HostedPlugin plugin) {
        if (plugin == null) {
            return Optional.empty();
        }
        String blame = "attestation " + id;
        Map<String, Object> table = settings.attestationSettings().getOrDefault(id, Map.of());
        HostPluginContext context =
                new HostPluginContext(id, table, "core.attestation." + id, settings.scratchRoot(), settings.clock());
        List<AttestationBackend> made =
                make(blame, plugin, () -> plugin.entryPoint().attestationBackends(context));
        made.forEach(part -> closeLater(blame, plugin, part));
        Optional<AttestationBackend> named =
                made.stream().filter(part -> part.name().equals(id)).findFirst();
        if (named.isEmpty() && !made.isEmpty()) {
            problems.add(misnamed(plugin, "attestation backend", id, made.get(0).name()));
        } else if (named.isEmpty() && problems.isEmpty()) {
            problems.add(plugin.archive().file() + ": the plugin " + id + " brings no attestation backend, but"
                    + " core.attestation names it as one");
        }
        GuardedCalls guard = new GuardedCalls(blame, plugin.loader(), settings.attestationTimeout());
        return named.map(part -> new AttestationBackends.Link(part, id, guard));
    }

    private Optional<AuthorizationChain.Link> authorizer(String id, @Nullable HostedPlugin plugin) {
        String blame = "authorizer " + id;
        Authorizer builtIn = settings.builtIn().get(id);
        if (builtIn != null) {
            ClassLoader own = PluginHost.class.getClassLoader();
            return Optional.of(
                    new AuthorizationChain.Link(builtIn, id, new GuardedCalls(blame, own, settings.timeout())));
        }
        if (plugin == null) {
            return Optional.empty();
        }
        Map<String, Object> table = settings.authorizationSettings().getOrDefault(id, Map.of());
        HostPluginContext context =
                new HostPluginContext(id, table, "core.authorization." + id, settings.scratchRoot(), settings.clock());
        List<Authorizer> made = make(blame, plugin, () -> plugin.entryPoint().authorizers(context));
        made.forEach(part -> closeLater(blame, plugin, part));
        Optional<Authorizer> named =
                made.stream().filter(part -> part.name().equals(id)).findFirst();
        if (named.isEmpty() && !made.isEmpty()) {
            problems.add(misnamed(plugin, "authorizer", id, made.get(0).name()));
        } else if (named.isEmpty() && problems.isEmpty()) {
            problems.add(plugin.archive().file() + ": the plugin " + id + " brings no authorizer, but"
                    + " core.authorization.chain names it as one");
        }
        GuardedCalls guard = new GuardedCalls(blame, plugin.loader(), settings.timeout());
        return named.map(part -> new AuthorizationChain.Link(part, id, guard));
    }

    private static String misnamed(HostedPlugin plugin, String kind, String id, String name) {
        return plugin.archive().file() + ": the plugin " + id + " brings an " + kind + " that calls itself \"" + name
                + "\"; a part must have its plugin's id. Tell the plugin's author";
    }

    /** Runs a factory method; what fails becomes a problem and an empty list. */
    private <T> List<T> make(String blame, HostedPlugin plugin, Callable<List<T>> factory) {
        try {
            return List.copyOf(new GuardedCalls(blame, plugin.loader(), FACTORY_TIMEOUT).call(factory));
        } catch (PluginException e) {
            if (e.kind() == PluginException.Kind.MISCONFIGURED) {
                problems.addAll(e.getMessage().lines().toList());
            } else {
                problems.add(plugin.archive().file() + ": " + e.getMessage() + ". Tell the plugin's author");
            }
            return List.of();
        }
    }

    private void closeLater(String blame, HostedPlugin plugin, AutoCloseable part) {
        closers.push(() -> new GuardedCalls(blame, plugin.loader(), FACTORY_TIMEOUT).call(() -> {
            part.close();
            return true;
        }));
    }

    /** Every archive of the folder. */
    public List<PluginListing> plugins() {
        return List.copyOf(listings);
    }

    /** The accepted backends and the attester. */
    public AttestationBackends attestation() {
        return attestation;
    }

    /** The configured authorizers. */
    public AuthorizationChain chain() {
        return chain;
    }

    /** SHA-256 in hex over id, version and digest of each configured plugin, attestation first, in configured order. */
    public String pluginSetDigest() {
        StringBuilder set = new StringBuilder();
        for (String id : configuredIds()) {
            PluginArchive archive = archives.get(id);
            if (archive != null) {
                set.append(id)
                        .append('\n')
                        .append(archive.version())
                        .append('\n')
                        .append(archive.sha256())
                        .append('\n');
            }
        }
        settings.builtIn().keySet().stream().sorted().forEach(id -> set.append(id)
                .append("\nbuilt in\n"));
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha256.digest(set.toString().getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Closes every part in reverse order of opening, each even if another one fails. */
    @Override
    public void close() {
        while (!closers.isEmpty()) {
            try {
                closers.pop().run();
            } catch (PluginException e) {
                LOG.log(System.Logger.Level.WARNING, "closing: {0}", e.getMessage());
            }
        }
        // One by one: PF4J 3.15 changes the list that stopPlugins() walks over.
        manager.getStartedPlugins().stream()
                .map(PluginWrapper::getPluginId)
                .toList()
                .forEach(manager::stopPlugin);
    }
}
