package dev.keywarden.app.policy;

import dev.keywarden.app.node.Distribution;
import dev.keywarden.host.AuthorizerAnswer;
import dev.keywarden.host.ChainDecision;
import dev.keywarden.host.PluginHost;
import dev.keywarden.host.PluginHostSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/** Asks a bundle as a node does: through the plugin {@code rego}, loaded and guarded by the plugin host. */
public final class NodeEngineEvaluator implements PolicyEvaluator {
    private static final String PLUGIN = "rego";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final PluginHost host;
    private final Path state;
    private final AtomicReference<Instant> now;

    private NodeEngineEvaluator(PluginHost host, Path state, AtomicReference<Instant> now) {
        this.host = host;
        this.state = state;
        this.now = now;
    }

    /**
     * Loads a bundle.
     *
     * @throws dev.keywarden.host.PluginLoadException if the plugin refuses it, saying why
     */
    public static NodeEngineEvaluator open(Distribution distribution, Path bundle, FactFiles facts) {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
        try {
            Path state = Files.createTempDirectory("keywarden-policy");
            try {
                PluginHost host =
                        PluginHost.load(PluginHostSettings.builder(distribution.plugins(null), state, now::get)
                                .distributionPins(distribution.pins())
                                .chain(List.of(PLUGIN))
                                .timeout(PATIENCE)
                                .authorizationSettings(Map.of(PLUGIN, settings(bundle, facts)))
                                .build());
                return new NodeEngineEvaluator(host, state, now);
            } catch (RuntimeException e) {
                Folders.delete(state);
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, Object> settings(Path bundle, FactFiles facts) {
        Map<String, Object> sources = new LinkedHashMap<>();
        facts.sources().forEach((name, source) -> {
            Path place = source.place().toAbsolutePath();
            sources.put(
                    name,
                    Map.of("key", source.key(), Files.isDirectory(place) ? "directory" : "file", place.toString()));
        });
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("bundle", bundle.toAbsolutePath().toString());
        settings.put("timeout", PATIENCE.toSeconds() + "s");
        if (!sources.isEmpty()) {
            settings.put("facts", sources);
        }
        return settings;
    }

    @Override
    public List<PolicyAnswer> answers(List<PolicyQuestion> questions) {
        return questions.stream().map(this::answer).toList();
    }

    /** Answers one question. */
    public PolicyAnswer answer(PolicyQuestion question) {
        now.set(question.time());
        ChainDecision decision = host.chain().decide(question.question());
        AuthorizerAnswer answer = decision.answers().get(0);
        return new PolicyAnswer(
                PolicyAnswer.Verdict.valueOf(answer.outcome().name()),
                answer.reasons().stream()
                        .map(reason -> new PolicyAnswer.Reason(reason.code(), reason.message(), ""))
                        .toList(),
                decision.gatewayAppId());
    }

    @Override
    public void close() {
        host.close();
        try {
            Folders.delete(state);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
