package dev.keywarden.app.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What signing a bundle and checking its signature have in common. */
final class SignatureOptions {
    @Parameters(paramLabel = "BUNDLE", description = "The bundle.")
    @SuppressWarnings("NullAway.Init") // required
    Path bundle;

    @Option(
            names = "--key",
            paramLabel = "FILE",
            required = true,
            description = "The key in PEM: the private one to sign, the public one to verify.")
    @SuppressWarnings("NullAway.Init") // required
    Path key;

    @Option(
            names = "--alg",
            paramLabel = "ALG",
            defaultValue = "ES256",
            description = "ES256, RS256 or EdDSA (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // has a default
    String algorithm;

    @Option(names = "--scope", paramLabel = "TEXT", description = "What the signature is for; the node names the same.")
    @Nullable String scope;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli makes it
    JsonOption json;
}
