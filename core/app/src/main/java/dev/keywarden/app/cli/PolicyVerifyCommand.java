package dev.keywarden.app.cli;

import dev.keywarden.app.policy.BundleSignatures;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code keywarden policy verify}. */
@Command(name = "verify", description = "Checks that a bundle is signed by a key, and unchanged since.")
final class PolicyVerifyCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli makes it
    private SignatureOptions signature;

    PolicyVerifyCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        new BundleSignatures(PolicyTools.opa())
                .verify(signature.bundle, signature.key, signature.algorithm, signature.scope);
        signature.json.say(
                console,
                Map.of("bundle", signature.bundle.toString(), "verified", true),
                () -> console.say(signature.bundle + " is signed by this key and unchanged"));
        return 0;
    }
}
