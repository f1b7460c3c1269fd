package dev.keywarden.app.cli;

import dev.keywarden.rpc.OnboardingClient;
import java.time.Duration;
import picocli.CommandLine.Option;

/** Where a node without root keys listens: the options that the commands for such a node share. */
final class OnboardingListener {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    @Option(
            names = "--url",
            paramLabel = "URL",
            required = true,
            description = "The node's onboarding listener, for example http://127.0.0.1:8000.")
    @SuppressWarnings("NullAway.Init") // required
    private String url;

    @Option(names = "--json", description = "One line of JSON.")
    private boolean json;

    String url() {
        return url;
    }

    boolean json() {
        return json;
    }

    OnboardingClient connect() {
        return new OnboardingClient(url, LIMIT);
    }
}
