package dev.keywarden.it;

import dev.keywarden.host.AuthorizationQuestion;
import dev.keywarden.host.AuthorizerAnswer;
import dev.keywarden.host.ChainDecision;
import dev.keywarden.host.PluginHost;
import dev.keywarden.host.PluginHostSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One authorizer of the distribution, loaded and asked by the plugin host as in a node. */
final class NodeAuthorizer implements AutoCloseable {
    private final PluginHost host;

    /** @param settings of {@code [core.authorization.<id>]} */
    NodeAuthorizer(String id, Map<String, Object> settings, Path state) throws java.io.IOException {
        Path home = Path.of(System.getProperty("keywarden.home"));
        try (Stream<String> pins = Files.lines(home.resolve("lib/plugins.sha256"))) {
            host = PluginHost.load(PluginHostSettings.builder(
                            home.resolve("plugins"), state, InstantSource.fixed(Instant.parse(PolicyQuestions.TIME)))
                    .distributionPins(pins.map(line -> line.substring(0, 64)).collect(Collectors.toSet()))
                    .chain(List.of(id))
                    .timeout(Duration.ofSeconds(30))
                    .authorizationSettings(Map.of(id, settings))
                    .build());
        }
    }

    /** What it makes of a question. */
    Verdict decide(AuthorizationQuestion question) {
        ChainDecision decision = host.chain().decide(question);
        AuthorizerAnswer answer = decision.answers().get(0);
        return new Verdict(
                decision.verdict().name(),
                answer.reasons().stream().map(reason -> reason.code()).toList(),
                decision.gatewayAppId() == null ? "" : decision.gatewayAppId(),
                answer.reasons().stream().map(reason -> reason.message()).toList(),
                answer.evidence());
    }

    @Override
    public void close() {
        host.close();
    }

    /**
     * A decision.
     *
     * @param verdict ALLOW, DENY or UNAVAILABLE
     * @param codes of its reasons, in order
     * @param gateway or empty
     * @param messages of its reasons
     * @param evidence that it rests on
     */
    record Verdict(
            String verdict, List<String> codes, String gateway, List<String> messages, Map<String, String> evidence) {
        /** What has to agree whoever evaluates. */
        String outcome() {
            return verdict + " " + codes + " " + gateway;
        }
    }
}
