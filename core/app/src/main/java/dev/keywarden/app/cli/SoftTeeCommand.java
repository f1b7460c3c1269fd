package dev.keywarden.app.cli;

import dev.keywarden.app.node.CryptoProviders;
import dev.keywarden.app.node.LogSetup;
import dev.keywarden.app.softtee.PccsServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code keywarden softtee pccs}: what other programs need in order to accept evidence of the software TEE. */
@Command(name = "softtee", description = "Helps other verifiers to accept the software TEE's evidence, in tests.")
final class SoftTeeCommand implements Runnable {
    private static final int DEFAULT_PORT = 8081;

    private final Console console;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    SoftTeeCommand(Console console) {
        this.console = console;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Name a command: pccs");
    }

    @Command(
            name = "pccs",
            description =
                    "Serves the software TEE's collateral over HTTP, as Intel's caching service would, until it is"
                            + " stopped.")
    int pccs(
            @Option(
                            names = "--seed",
                            paramLabel = "HEX",
                            description = "64 hex digits of which the software TEE is made.")
                    @Nullable String seed,
            @Option(
                            names = "--seed-file",
                            paramLabel = "FILE",
                            description = "File with the seed, as the mock plugin keeps it.")
                    @Nullable Path seedFile,
            @Option(
                            names = "--address",
                            paramLabel = "ADDRESS",
                            defaultValue = "127.0.0.1",
                            description = "Default: ${DEFAULT-VALUE}.")
                    String address,
            @Option(
                            names = "--port",
                            paramLabel = "PORT",
                            defaultValue = "" + DEFAULT_PORT,
                            description = "Default: ${DEFAULT-VALUE}; 0 for any free one.")
                    int port,
            @Option(names = "--root-out", paramLabel = "FILE", description = "Writes the root certificate there, PEM.")
                    @Nullable Path rootOut,
            @Option(names = "--json", description = "One line of JSON once it serves.") boolean json) {
        byte[] bytes = seed(seed, seedFile);
        LogSetup.install("warn");
        CryptoProviders.install();
        try (PccsServer server = new PccsServer(new InetSocketAddress(address, port), bytes, InstantSource.system())) {
            if (rootOut != null) {
                Files.writeString(rootOut, server.rootCertificate());
            }
            String url = "http://" + address + ":" + server.port();
            if (json) {
                console.json(Map.of("url", url, "state", "serving"));
            } else {
                console.say("collateral of the software TEE at " + url);
            }
            waitForTheEnd();
            return 0;
        } catch (IOException e) {
            throw new CommandFailure("collateral can't be served at " + address + ":" + port + " (" + e + ")");
        }
    }

    private static void waitForTheEnd() {
        CountDownLatch end = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(end::countDown, "stop"));
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private byte[] seed(@Nullable String seed, @Nullable Path file) {
        if ((seed == null) == (file == null)) {
            throw new ParameterException(spec.commandLine(), "Name either --seed or --seed-file");
        }
        try {
            String text = seed == null ? Files.readString(file).strip() : seed;
            if (text.matches("[0-9a-fA-F]{64}")) {
                return HexFormat.of().parseHex(text);
            }
            throw new ParameterException(spec.commandLine(), "the seed must be 64 hex digits");
        } catch (IOException e) {
            throw new CommandFailure(file + " can't be read (" + e + ")");
        }
    }
}
