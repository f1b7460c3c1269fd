package dev.keywarden.plugin.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywarden.spi.Authorizer;
import dev.keywarden.spi.Bytes;
import dev.keywarden.spi.Decision;
import dev.keywarden.spi.Subject;
import dev.keywarden.testkit.BootInfoBuilder;
import dev.keywarden.testkit.FakePluginContext;
import dev.keywarden.testkit.Requests;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What this policy means. */
final class ExampleAuthorizerTest {
    private final FakePluginContext context = FakePluginContext.with(new ExampleSettings(List.of()));
    private final Authorizer authorizer =
            new ExamplePlugin().authorizers(context).getFirst();

    @Test
    void deniesWhatIsNotListedAndSaysHowToSolveIt() {
        Decision decision =
                authorizer.authorize(Requests.app(BootInfoBuilder.machine().build()));
        assertThat(decision).isInstanceOfSatisfying(Decision.Deny.class, deny -> {
            assertThat(deny.reasons().getFirst().code()).isEqualTo("example.app_not_listed");
            assertThat(deny.reasons().getFirst().message()).contains("add it to core.authorization.example.apps");
        });
        assertThat(context.counted("unlisted_apps_total")).isEqualTo(1);
    }

    @Test
    void saysNothingAboutKmsNodes() {
        assertThat(authorizer.authorize(
                        Requests.about(Subject.SELF, BootInfoBuilder.machine().build())))
                .isInstanceOf(Decision.Abstain.class);
    }

    @Test
    void refusesSettingsThatCannotWork() {
        assertThatThrownBy(() -> new ExampleSettings(List.of(Bytes.fromHex("00"))))
                .hasMessage("apps has \"00\"; an app id has 40 hex digits");
    }
}
