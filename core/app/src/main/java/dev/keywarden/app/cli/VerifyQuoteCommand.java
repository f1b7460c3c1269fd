package dev.keywarden.app.cli;

import dev.keywarden.app.node.CryptoProviders;
import dev.keywarden.app.node.LogSetup;
import dev.keywarden.app.quote.QuoteExamination;
import dev.keywarden.app.quote.QuoteInput;
import dev.keywarden.app.quote.QuoteReport;
import dev.keywarden.app.quote.QuoteVerdict;
import dev.keywarden.collateral.CollateralFile;
import dev.keywarden.collateral.HttpFetcher;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keywarden verify-quote}: whether a quote is genuine, and what it says. */
@Command(
        name = "verify-quote",
        description = "Verifies a quote of Intel TDX or SGX. Ends with 0 if it is accepted, 1 if it is refused.")
final class VerifyQuoteCommand implements Callable<Integer> {
    private static final int MAX_INPUT_BYTES = 32 * 1024 * 1024;

    private final Console console;

    @Parameters(
            paramLabel = "QUOTE",
            description =
                    "File with a quote or an attestation (binary, hex, base64), or with a certificate that carries"
                            + " evidence (PEM, DER); - for standard input.")
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private String quote;

    @Option(
            names = "--collateral",
            paramLabel = "FILE",
            description = "Collateral as QuoteCollateralV3 JSON, in place of a service.")
    private @Nullable Path collateral;

    @Mixin
    private final CollateralOptions options = new CollateralOptions();

    @Option(names = "--json", description = "One line of JSON.")
    private boolean json;

    VerifyQuoteCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        LogSetup.install("warn");
        if (collateral != null && options.namesService()) {
            throw options.usage("--collateral and --pccs exclude each other");
        }
        CryptoProviders.install();
        QuoteInput input = input();
        QuoteVerdict verdict;
        try (HttpFetcher http = options.connections()) {
            QuoteExamination examination = new QuoteExamination(
                    options.verifier(),
                    collateral == null ? options.service(http) : new CollateralFile(collateral),
                    options.update());
            verdict = examination.examine(input, options.time());
        }
        if (json) {
            console.json(QuoteReport.of(verdict));
        } else {
            new VerdictPrinter(console).print(verdict);
        }
        return verdict.accepted() ? 0 : 1;
    }

    private QuoteInput input() {
        try (InputStream in = quote.equals("-") ? System.in : Files.newInputStream(Path.of(quote))) {
            byte[] content = in.readNBytes(MAX_INPUT_BYTES + 1);
            if (content.length > MAX_INPUT_BYTES) {
                throw options.usage(quote + " has more than " + MAX_INPUT_BYTES + " bytes, and no quote is that long");
            }
            return QuoteInput.recognise(content);
        } catch (IOException e) {
            throw options.usage(quote + " can't be read (" + e + ")");
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(quote + ": " + e.getMessage());
        }
    }
}
