package dev.keywarden.plugin.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywarden.spi.Authorizer;
import dev.keywarden.spi.KeywardenPlugin;
import dev.keywarden.spi.PluginContext;
import dev.keywarden.spi.PluginException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.ResourceBundle;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WebhookPluginTest {
    @Test
    void isFoundByTheLoader() {
        assertThat(ServiceLoader.load(KeywardenPlugin.class)).singleElement().isInstanceOf(WebhookPlugin.class);
    }

    @Test
    void bringsOneAuthorizerAndAsksNobodyYet() {
        Context context = new Context(Questions.settings("http://127.0.0.1:1"));
        try (Authorizer authorizer = only(new WebhookPlugin().authorizers(context))) {
            assertThat(authorizer.name()).isEqualTo("webhook");
        }
        assertThat(new WebhookPlugin().attestationBackends(context)).isEmpty();
        assertThat(context.lines).isEmpty();
    }

    @Test
    void warnsOfPlainHttpToAnotherHostWithoutThePassword() {
        Context context = new Context(Questions.settings("http://kms:s3cr3t@policy.example"));
        only(new WebhookPlugin().authorizers(context)).close();
        assertThat(context.lines)
                .singleElement()
                .asString()
                .startsWith("WARNING")
                .doesNotContain("s3cr3t");
    }

    @Test
    void stopsAtAnchorsThatAreNone(@TempDir Path folder) throws IOException {
        Path empty = Files.writeString(folder.resolve("empty.pem"), "");
        Path garbage = Files.writeString(folder.resolve("garbage.pem"), "-----BEGIN CERTIFICATE-----\nxx\n");
        for (Path file : List.of(empty, garbage, folder.resolve("missing.pem"), folder)) {
            Context context =
                    new Context(new WebhookSettings("https://127.0.0.1:1", null, null, null, null, null, file));
            assertThatThrownBy(() -> new WebhookPlugin().authorizers(context))
                    .isInstanceOfSatisfying(PluginException.class, e -> assertThat(e.kind())
                            .isEqualTo(PluginException.Kind.MISCONFIGURED))
                    .hasMessageContaining("ca_file " + file);
        }
    }

    private static Authorizer only(List<Authorizer> authorizers) {
        assertThat(authorizers).hasSize(1);
        return authorizers.getFirst();
    }

    /** Gives the settings it was made with, and keeps what is logged. */
    private static final class Context implements PluginContext, System.Logger {
        private final Record settings;
        private final List<String> lines = new ArrayList<>();

        Context(Record settings) {
            this.settings = settings;
        }

        @Override
        public <T extends Record> T settings(Class<T> type) {
            return type.cast(settings);
        }

        @Override
        public InstantSource clock() {
            return InstantSource.fixed(Instant.EPOCH);
        }

        @Override
        public System.Logger logger() {
            return this;
        }

        @Override
        public Meter meter() {
            throw new UnsupportedOperationException("not used");
        }

        @Override
        public Path scratchDirectory() {
            throw new UnsupportedOperationException("not used");
        }

        @Override
        public String getName() {
            return "webhook";
        }

        @Override
        public boolean isLoggable(Level level) {
            return true;
        }

        @Override
        public void log(Level level, @Nullable ResourceBundle bundle, @Nullable String message, @Nullable Throwable e) {
            lines.add(level + " " + message);
        }

        @Override
        public void log(
                Level level, @Nullable ResourceBundle bundle, @Nullable String format, @Nullable Object... values) {
            lines.add(level + " " + format);
        }
    }
}
