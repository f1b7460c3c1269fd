package dev.keywarden.plugin.onchain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywarden.spi.Authorizer;
import dev.keywarden.spi.Decision;
import dev.keywarden.spi.KeywardenPlugin;
import dev.keywarden.spi.PluginException;
import dev.keywarden.testkit.FakePluginContext;
import java.time.Duration;
import java.time.Instant;
import java.util.ServiceLoader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class OnchainPluginTest {
    private final Nodes nodes = Nodes.of(2);

    @AfterEach
    void close() throws Exception {
        nodes.close();
    }

    private FakePluginContext context() {
        return FakePluginContext.with(nodes.settings()).clock(() -> Instant.ofEpochSecond(NodeDouble.time(105)));
    }

    @Test
    void isFoundByTheLoader() {
        assertThat(ServiceLoader.load(KeywardenPlugin.class)).singleElement().isInstanceOf(OnchainPlugin.class);
    }

    @Test
    void stopsTheNodeWhenAProviderIsOnAnotherChain() {
        nodes.get(1).answers("eth_chainId", (params, data) -> "0x5");
        FakePluginContext context = context();
        assertThatThrownBy(() -> new OnchainPlugin().authorizers(context))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.kind()).isEqualTo(PluginException.Kind.MISCONFIGURED))
                .hasMessageContaining("is on chain 5, not on 31337");
    }

    @Test
    void startsWithAProviderThatIsDownAndSaysSo() {
        nodes.get(1).close();
        nodes.agree = 1;
        FakePluginContext context = context();
        try (Authorizer authorizer = new OnchainPlugin().authorizers(context).get(0)) {
            assertThat(authorizer.authorize(Nodes.app())).isInstanceOf(Decision.Allow.class);
        }
        assertThat(context.counted("head_failures_total")).isPositive();
    }

    @Test
    void readsHeadsAheadOfDecisions() {
        nodes.polling = Duration.ofMillis(20);
        try (Authorizer authorizer = new OnchainPlugin().authorizers(context()).get(0)) {
            nodes.all().forEach(node -> node.head(102));
            String decidedAt = "";
            while (!decidedAt.equals("102")) {
                Decision decision = authorizer.authorize(Nodes.app());
                decidedAt = ((Decision.Allow) decision).evidence().getOrDefault("block_number", "");
            }
        }
    }
}
