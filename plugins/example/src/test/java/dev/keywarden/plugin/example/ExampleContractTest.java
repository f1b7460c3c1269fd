package dev.keywarden.plugin.example;

import dev.keywarden.spi.AuthorizationRequest;
import dev.keywarden.spi.Authorizer;
import dev.keywarden.spi.Bytes;
import dev.keywarden.testkit.AuthorizerContract;
import dev.keywarden.testkit.BootInfoBuilder;
import dev.keywarden.testkit.FakePluginContext;
import dev.keywarden.testkit.Requests;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What every authorizer promises; the tests are inherited. */
final class ExampleContractTest extends AuthorizerContract {
    private static final String LISTED = "11".repeat(20);
    private static final String UNLISTED = "22".repeat(20);

    @Override
    protected Authorizer openAuthorizer() {
        ExampleSettings settings = new ExampleSettings(List.of(Bytes.fromHex(LISTED)));
        return new ExamplePlugin().authorizers(FakePluginContext.with(settings)).getFirst();
    }

    @Override
    protected AuthorizationRequest allowed() {
        return Requests.app(BootInfoBuilder.machine().appId(LISTED).build());
    }

    @Override
    protected AuthorizationRequest denied() {
        return Requests.app(BootInfoBuilder.machine().appId(UNLISTED).build());
    }

    /** It asks nobody and reads nothing, so it is never unable to decide. */
    @Override
    protected List<Authorizer> openUnable() {
        return List.of();
    }

    @Override
    protected @Nullable Authorizer openHanging() {
        return null;
    }
}
