package dev.keywarden.app.cli;

import dev.keywarden.app.policy.BundleSignatures;
import dev.keywarden.app.policy.OpaTool;
import dev.keywarden.app.policy.PolicyBuild;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code keywarden policy build}. */
@Command(
        name = "build",
        description = "Builds the bundle that a node runs; the same folder always gives the same bytes.")
final class PolicyBuildCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli makes it
    private PolicyFolderOption folder;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            defaultValue = "bundle.tar.gz",
            description = "The bundle (default: ${DEFAULT-VALUE}); replaced in one step, so that a node may watch it.")
    @SuppressWarnings("NullAway.Init") // has a default
    private Path output;

    @Option(
            names = "--revision",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "Stands in every decision record (default: ${DEFAULT-VALUE}); nodes take none lower than theirs.")
    @SuppressWarnings("NullAway.Init") // has a default
    private String revision;

    @Option(names = "--signing-key", paramLabel = "FILE", description = "Signs it too: a private key in PEM.")
    private @Nullable Path signingKey;

    @Option(
            names = "--signing-alg",
            paramLabel = "ALG",
            defaultValue = "ES256",
            description = "ES256, RS256 or EdDSA (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // has a default
    private String algorithm;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli makes it
    private JsonOption json;

    PolicyBuildCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        OpaTool opa = PolicyTools.opa();
        String sha256 = new PolicyBuild(opa, folder.policy()).write(output, revision);
        if (signingKey != null) {
            new BundleSignatures(opa).sign(output, signingKey, algorithm, null, output);
            sha256 = PolicyBuild.sha256(output);
        }
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("bundle", output.toString());
        facts.put("revision", revision);
        facts.put("sha256", sha256);
        facts.put("signed", signingKey != null);
        String line = "built " + output + "  revision " + revision + "  sha256 " + sha256;
        json.say(console, facts, () -> console.say(line));
        return 0;
    }
}
