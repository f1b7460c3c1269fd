package dev.keywarden.host;

import dev.keywarden.spi.AttestationBackend;
import dev.keywarden.spi.Authorizer;
import dev.keywarden.spi.PluginException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Function;
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
    private static final String TELL_AUTHOR = " Tell the plugin's author";

    private final PluginHostSettings settings;
    private final List<String> problems = new ArrayList<>();
    private final List<PluginListing> listings = new ArrayList<>();
    private final Map<String, PluginArchive> archives = new LinkedHashMap<>();
    private final Deque<Runnable> closers = new ArrayDeque<>();
    private final CheckedPluginManager manager;
    private final AttestationBackends attestation;
    private final AuthorizationChain chain;
    private final ShadowAuthorizers shadows;

    private PluginHost(PluginHostSettings settings) {
        this.settings = settings;
        readArchives();
        manager = new CheckedPluginManager(archives.values().stream()
                .filter(archive -> settings.loadedIds().contains(archive.id()))
                .toList());
        Map<String, HostedPlugin> started = problems.isEmpty() ? start() : Map.of();
        // What nobody configured has been checked and listed.
        archives.keySet().retainAll(settings.configuredIds());
        List<AttestationBackends.Link> accepted = new ArrayList<>();
        Map<String, AttestationBackends.Link> backends = new LinkedHashMap<>();
        for (String id : settings.backendIds()) {
            backend(id, started.get(id)).ifPresent(link -> backends.put(id, link));
        }
        settings.accept().forEach(id -> Optional.ofNullable(backends.get(id)).ifPresent(accepted::add));
        String attester = settings.attester();
        attestation = new AttestationBackends(accepted, attester == null ? null : backends.get(attester));
        Map<String, AuthorizationChain.Link> authorizers = new LinkedHashMap<>();
        for (String id : settings.authorizerIds()) {
            authorizer(id, started.get(id)).ifPresent(link -> authorizers.put(id, link));
        }
        shadows = new ShadowAuthorizers(links(settings.shadow(), authorizers), settings.shadowObserver());
        chain = new AuthorizationChain(
                links(settings.chain(), authorizers), settings.combine(), shadows, settings.clock());
        checkRule();
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
        ArchiveReader reader = new ArchiveReader(settings.configuredIds());
        TrustPolicy trust = settings.trust();
        for (Path file : PluginArchives.files(settings.pluginsDirectory())) {
            try {
                PluginArchive archive = PluginArchives.read(reader, file);
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

    private static List<AuthorizationChain.Link> links(
            List<String> ids, Map<String, AuthorizationChain.Link> authorizers) {
        return ids.stream()
                .distinct()
                .map(authorizers::get)
                .filter(Objects::nonNull)
                .toList();
    }

    private void checkRule() {
        String problem = settings.combine().problemWith(settings.chain().size());
        if (!problem.isEmpty()) {
            problems.add("core.authorization.combine = \"" + settings.combine() + "\" " + problem);
        }
    }

    private Map<String, HostedPlugin> start() {
        Map<String, HostedPlugin> started = new LinkedHashMap<>();
        for (String id : settings.configuredIds()) {
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
        for (String id : settings.loadedIds()) {
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
        HostPluginContext context =
                context(id, "core.attestation.", settings.attestationSettings().getOrDefault(id, Map.of()));
        return part(
                        new Role("attestation backend", "core.attestation", blame),
                        plugin,
                        () -> plugin.entryPoint().attestationBackends(context),
                        AttestationBackend::name)
                .map(part -> new AttestationBackends.Link(
                        part,
                        id,
                        formats(blame, plugin, part),
                        new GuardedCalls(blame, plugin.loader(), settings.attestationTimeout())));
    }

    private Set<String> formats(String blame, HostedPlugin plugin, AttestationBackend part) {
        Set<String> formats =
                guarded(blame, plugin, () -> Set.copyOf(part.formats())).orElse(Set.of());
        if (formats.isEmpty() && problems.isEmpty()) {
            problems.add(plugin.archive().file() + ": " + blame + " understands no evidence format." + TELL_AUTHOR);
        }
        return formats;
    }

    private Optional<AuthorizationChain.Link> authorizer(String id, @Nullable HostedPlugin plugin) {
        String blame = "authorizer " + id;
        Authorizer builtIn = settings.builtIn().get(id);
        if (builtIn != null) {
            ClassLoader own = PluginHost.class.getClassLoader();
            return Optional.of(
                    new AuthorizationChain.Link(builtIn, id, new GuardedCalls(blame, own, settings.timeout())));
        }
        PluginArchive archive = archives.get(id);
        Isolation isolation = settings.isolated().get(id);
        if (isolation != null && archive != null && problems.isEmpty()) {
            return isolated(archive, isolation, blame);
        }
        if (plugin == null) {
            return Optional.empty();
        }
        HostPluginContext context = context(
                id, "core.authorization.", settings.authorizationSettings().getOrDefault(id, Map.of()));
        return part(
                        new Role("authorizer", "core.authorization.chain", blame),
                        plugin,
                        () -> plugin.entryPoint().authorizers(context),
                        Authorizer::name)
                .map(part -> new AuthorizationChain.Link(
                        part, id, new GuardedCalls(blame, plugin.loader(), settings.timeout())));
    }

    /** In a process of its own; this one loads nothing of it. */
    private Optional<AuthorizationChain.Link> isolated(PluginArchive archive, Isolation isolation, String blame) {
        ClassLoader own = PluginHost.class.getClassLoader();
        return guarded(
                        blame,
                        archive.file(),
                        own,
                        () -> IsolatedAuthorizer.open(
                                archive,
                                isolation,
                                settings.authorizationSettings().getOrDefault(archive.id(), Map.of()),
                                settings.scratchRoot(),
                                settings.meter(archive.id()),
                                settings.random()))
                .map(part -> {
                    closeLater(blame, own, part);
                    return new AuthorizationChain.Link(
                            part, archive.id(), new GuardedCalls(blame, own, settings.timeout()));
                });
    }

    private HostPluginContext context(String id, String area, Map<String, Object> table) {
        return new HostPluginContext(
                id, table, area + id, settings.scratchRoot(), settings.clock(), settings.meter(id));
    }

    /** What the configuration wants of a plugin: the kind of part, the key that asks for it, and whom to blame. */
    private record Role(String kind, String key, String blame) {}

    /** Makes a plugin's parts and picks the one that has the plugin's id; what goes wrong becomes a problem. */
    private <P extends AutoCloseable> Optional<P> part(
            Role role, HostedPlugin plugin, Callable<List<P>> factory, Function<P, String> name) {
        String id = plugin.archive().id();
        Optional<List<P>> made = guarded(role.blame(), plugin, () -> List.copyOf(factory.call()));
        if (made.isEmpty()) {
            return Optional.empty();
        }
        made.get().forEach(part -> closeLater(role.blame(), plugin.loader(), part));
        Optional<List<String>> names = guarded(
                role.blame(), plugin, () -> made.get().stream().map(name).toList());
        if (names.isEmpty()) {
            return Optional.empty();
        }
        int index = names.get().indexOf(id);
        if (index < 0) {
            problems.add(plugin.archive().file() + ": the plugin " + id
                    + (names.get().isEmpty()
                            ? " brings no " + role.kind() + ", but " + role.key()
                                    + " names it as one. Name another there"
                            : " brings an " + role.kind() + " that calls itself \""
                                    + names.get().get(0) + "\"; a part must have its plugin's id." + TELL_AUTHOR));
            return Optional.empty();
        }
        return Optional.of(made.get().get(index));
    }

    /** Calls a plugin while loading; what fails becomes a problem. */
    private <T> Optional<T> guarded(String blame, HostedPlugin plugin, Callable<@Nullable T> body) {
        return guarded(blame, plugin.archive().file(), plugin.loader(), body);
    }

    private <T> Optional<T> guarded(String blame, Path file, ClassLoader loader, Callable<@Nullable T> body) {
        GuardedCalls guard = new GuardedCalls(blame, loader, FACTORY_TIMEOUT);
        try {
            return Optional.of(guard.call(body));
        } catch (PluginException e) {
            switch (e.kind()) {
                case MISCONFIGURED -> problems.addAll(e.getMessage().lines().toList());
                case UNAVAILABLE, EVIDENCE_REJECTED -> problems.add(file + ": " + guard.blamed(e));
                case INTERNAL -> {
                    LOG.log(System.Logger.Level.ERROR, file + " is defective", e);
                    problems.add(file + ": " + guard.blamed(e) + "." + TELL_AUTHOR);
                }
            }
            return Optional.empty();
        }
    }

    private void closeLater(String blame, ClassLoader loader, AutoCloseable part) {
        closers.push(() -> new GuardedCalls(blame, loader, FACTORY_TIMEOUT).call(() -> {
            part.close();
            return true;
        }));
    }

    /** Every archive of the folder. */
    public List<PluginListing> plugins() {
        return List.copyOf(listings);
    }

    /** The archives that the configuration names, as they were read. */
    Collection<PluginArchive> archives() {
        return List.copyOf(archives.values());
    }

    /** The class loaders of the plugins that were started. */
    List<ClassLoader> loaders() {
        return manager.getStartedPlugins().stream()
                .map(PluginWrapper::getPluginClassLoader)
                .toList();
    }

    /** The accepted backends and the attester. */
    public AttestationBackends attestation() {
        return attestation;
    }

    /** The configured authorizers. */
    public AuthorizationChain chain() {
        return chain;
    }

    /** See {@link PluginSet#digest}. */
    public String pluginSetDigest() {
        return PluginSet.digest(settings, archives);
    }

    /** Closes every part in reverse order of opening, each even if another one fails. */
    @Override
    public void close() {
        shadows.close();
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
