package dev.keywarden.host;

import dev.keywarden.spi.AuthorizationRequest;
import dev.keywarden.spi.Authorizer;
import dev.keywarden.spi.Subject;
import dev.keywarden.testkit.AuthorizerContract;
import dev.keywarden.testkit.BootInfoBuilder;
import dev.keywarden.testkit.Requests;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/** An authorizer in a process of its own promises what every authorizer does. */
final class IsolatedContractTest extends AuthorizerContract {
    private final Path folder;

    IsolatedContractTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Override
    protected Authorizer openAuthorizer() throws Exception {
        return IsolatedProcesses.open(folder);
    }

    @Override
    protected AuthorizationRequest allowed() {
        return Requests.app(BootInfoBuilder.machine().build());
    }

    @Override
    protected AuthorizationRequest denied() {
        return Requests.app(BootInfoBuilder.machine().appId("b4".repeat(20)).build());
    }

    /** Every question is one that its source can't answer. */
    @Override
    protected List<Authorizer> openUnable() throws Exception {
        return List.of(new Asking("unable", openAuthorizer()));
    }

    @Override
    protected Authorizer openHanging() throws Exception {
        return new Asking("wait", openAuthorizer());
    }

    /** Puts the same question under another method. */
    private record Asking(String method, Authorizer authorizer) implements Authorizer {
        @Override
        public String name() {
            return authorizer.name();
        }

        @Override
        public dev.keywarden.spi.Decision authorize(AuthorizationRequest request) {
            return authorizer.authorize(IsolatedProcesses.question(method, Subject.APP, request.bootInfo()));
        }

        @Override
        public void close() {
            authorizer.close();
        }
    }
}
