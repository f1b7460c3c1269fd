package dev.keywarden.app.cli;

import dev.keywarden.app.policy.BundleSignatures;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code keywarden policy sign}. */
@Command(name = "sign", description = "Writes a signed copy of a bundle, for nodes with require_signature = true.")
final class PolicySignCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli makes it
    private SignatureOptions signature;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "The signed bundle (default: takes the place of the other).")
    private @Nullable Path output;

    PolicySignCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        Path signed = output == null ? signature.bundle : output;
        new BundleSignatures(PolicyTools.opa())
                .sign(signature.bundle, signature.key, signature.algorithm, signature.scope, signed);
        signature.json.say(
                console,
                Map.of("bundle", signed.toString(), "algorithm", signature.algorithm),
                () -> console.say("signed " + signed + " with " + signature.algorithm));
        return 0;
    }
}
