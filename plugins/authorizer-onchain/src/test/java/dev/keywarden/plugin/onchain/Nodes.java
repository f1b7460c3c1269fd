package dev.keywarden.plugin.onchain;

import dev.keywarden.spi.AuthorizationRequest;
import dev.keywarden.spi.Bytes;
import dev.keywarden.spi.Decision;
import dev.keywarden.testkit.BootInfoBuilder;
import dev.keywarden.testkit.FakePluginContext;
import dev.keywarden.testkit.Requests;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Several nodes, settings for them, and an authorizer that asks them. */
final class Nodes implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(20);

    private final List<NodeDouble> nodes;
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final FakePluginContext context;
    /** Some seconds after the head's time. */
    private volatile Instant now = Instant.ofEpochSecond(NodeDouble.time(105));

    int agree;
    String block = "finalized";
    Duration timeout = PATIENCE;
    Duration polling = Duration.ZERO;
    int maxAnswerBytes = 4 << 20;

    @Nullable Bytes codeHash;

    @Nullable String implementation;

    private Nodes(List<NodeDouble> nodes) {
        this.nodes = nodes;
        this.agree = nodes.size() / 2 + 1;
        this.context = FakePluginContext.with(new Nothing()).clock(() -> now);
    }

    private record Nothing() {}

    static Nodes of(int count) {
        return new Nodes(
                IntStream.range(0, count).mapToObj(i -> new NodeDouble()).toList());
    }

    NodeDouble get(int index) {
        return nodes.get(index);
    }

    List<NodeDouble> all() {
        return nodes;
    }

    FakePluginContext context() {
        return context;
    }

    void now(Instant time) {
        now = time;
    }

    OnchainSettings settings(List<String> urls) {
        return new OnchainSettings(
                NodeDouble.CONTRACT,
                urls,
                NodeDouble.CHAIN,
                agree,
                block,
                null,
                null,
                polling,
                timeout,
                null,
                maxAnswerBytes,
                codeHash,
                implementation);
    }

    OnchainSettings settings() {
        return settings(nodes.stream().map(NodeDouble::url).toList());
    }

    OnchainAuthorizer authorizer() {
        return authorizer(settings());
    }

    OnchainAuthorizer authorizer(OnchainSettings settings) {
        OnchainAuthorizer authorizer =
                new OnchainAuthorizer(settings, context.clock(), new Telemetry(context.meter(), context.logger()));
        opened.add(authorizer);
        return authorizer;
    }

    static AuthorizationRequest app() {
        return Requests.app(BootInfoBuilder.machine().build());
    }

    /** The code of a denial's first reason, or {@code allowed}. */
    static String outcome(Decision decision) {
        return switch (decision) {
            case Decision.Allow ignored -> "allowed";
            case Decision.Deny deny -> deny.reasons().get(0).code();
            case Decision.Abstain ignored -> "abstained";
        };
    }

    static String message(Decision decision) {
        return decision instanceof Decision.Deny deny ? deny.reasons().get(0).message() : "";
    }

    @Override
    public void close() throws Exception {
        for (AutoCloseable one : opened) {
            one.close();
        }
        nodes.forEach(NodeDouble::close);
    }
}
