package dev.keywarden.host;

import dev.keywarden.spi.Attestation;
import dev.keywarden.spi.AuthorizationRequest;
import dev.keywarden.spi.BootInfo;
import dev.keywarden.spi.Gate;
import dev.keywarden.spi.PluginContext;
import dev.keywarden.spi.Subject;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Isolated authorizers and questions for tests. */
final class IsolatedProcesses {
    static final Isolation SMALL = new Isolation(32, null, true);
    static final Map<String, Object> SETTINGS = Map.of("tree", List.of(Map.of("some", "path")));

    private IsolatedProcesses() {}

    static IsolatedAuthorizer open(Path folder) throws ArchiveProblem {
        return open(folder, SMALL, SETTINGS, new Figures());
    }

    static IsolatedAuthorizer open(
            Path folder, Isolation isolation, Map<String, Object> settings, PluginContext.Meter meter)
            throws ArchiveProblem {
        Path jar = PluginJar.of("trouble", TroublePlugin.class).writeTo(folder, "trouble.jar");
        return IsolatedAuthorizer.open(
                new ArchiveReader(Set.of("trouble")).read(jar), isolation, settings, folder, meter, new SecureRandom());
    }

    static AuthorizationRequest question(String method, Subject subject, BootInfo bootInfo) {
        return new AuthorizationRequest(
                Gate.RPC,
                method,
                subject,
                bootInfo,
                "mock",
                List.of(new Attestation.Claim("fmspc", "00", Attestation.Binding.HARDWARE)),
                "request-1",
                Instant.EPOCH,
                Instant.MAX);
    }

    /** Keeps what is counted. */
    record Figures(Queue<String> counted) implements PluginContext.Meter {
        Figures() {
            this(new ConcurrentLinkedQueue<>());
        }

        @Override
        public void count(String name, long amount) {
            counted.add(name + " " + amount);
        }

        @Override
        public void time(String name, Duration elapsed) {}
    }
}
