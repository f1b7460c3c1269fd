package dev.keywarden.plugin.allowlist;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywarden.spi.AuthorizationRequest;
import dev.keywarden.spi.Authorizer;
import dev.keywarden.testkit.AuthorizerContract;
import dev.keywarden.testkit.BootInfoBuilder;
import dev.keywarden.testkit.FakePluginContext;
import dev.keywarden.testkit.Requests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;

/** What every authorizer promises. */
final class AllowlistContractTest extends AuthorizerContract {
    private final Path folder;

    AllowlistContractTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Override
    protected Authorizer openAuthorizer() throws IOException {
        return open(Files.writeString(folder.resolve("allowlist.json"), BootInfos.ALLOWING));
    }

    @Override
    protected AuthorizationRequest allowed() {
        return BootInfos.app();
    }

    @Override
    protected AuthorizationRequest denied() {
        return Requests.app(BootInfoBuilder.machine().build());
    }

    @Override
    protected List<Authorizer> openUnable() throws IOException {
        return List.of(
                open(folder.resolve("missing.json")),
                open(Files.writeString(folder.resolve("cut.json"), BootInfos.ALLOWING.substring(0, 100))),
                open(Files.writeString(folder.resolve("empty.json"), "")));
    }

    /** A file is there or is not. */
    @Override
    protected @Nullable Authorizer openHanging() {
        return null;
    }

    private static Authorizer open(Path file) {
        List<Authorizer> authorizers =
                new AllowlistPlugin().authorizers(FakePluginContext.with(new AllowlistSettings(file)));
        assertThat(authorizers).hasSize(1);
        return authorizers.getFirst();
    }
}
