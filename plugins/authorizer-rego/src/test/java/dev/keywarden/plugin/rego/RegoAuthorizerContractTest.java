package dev.keywarden.plugin.rego;

import dev.keywarden.spi.AuthorizationRequest;
import dev.keywarden.spi.Authorizer;
import dev.keywarden.testkit.AuthorizerContract;
import dev.keywarden.testkit.BootInfoBuilder;
import dev.keywarden.testkit.FakePluginContext;
import dev.keywarden.testkit.Requests;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;

/** The promises of every authorizer, with a bundle in this process. */
final class RegoAuthorizerContractTest extends AuthorizerContract {
    private final Path folder;

    RegoAuthorizerContractTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Override
    protected Authorizer openAuthorizer() {
        return open(TestBundles.put("small", folder.resolve("bundle.tar.gz")));
    }

    private Authorizer open(Path bundle) {
        return new RegoPlugin()
                .authorizers(
                        FakePluginContext.with(Settings.bundle(bundle).build()).scratchDirectory(folder))
                .getFirst();
    }

    @Override
    protected AuthorizationRequest allowed() {
        return Requests.app(BootInfoBuilder.machine().build());
    }

    @Override
    protected AuthorizationRequest denied() {
        return Requests.app(BootInfoBuilder.machine().appId("11".repeat(20)).build());
    }

    @Override
    protected List<Authorizer> openUnable() {
        return List.of(
                open(folder.resolve("nowhere.tar.gz")),
                open(TestBundles.put(new byte[0], folder.resolve("empty.tar.gz"))),
                open(TestBundles.put(new byte[100], folder.resolve("zero.tar.gz"))));
    }

    @Override
    protected @Nullable Authorizer openHanging() {
        return null;
    }
}
