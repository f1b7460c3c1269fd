package dev.keywarden.app.cli;

import dev.keywarden.app.config.ConfigurationFiles;
import dev.keywarden.app.config.NodeSettings;
import dev.keywarden.app.metrics.NodeMetrics;
import dev.keywarden.app.node.CryptoProviders;
import dev.keywarden.app.node.Distribution;
import dev.keywarden.app.node.HostSettings;
import dev.keywarden.app.node.LogSetup;
import dev.keywarden.attestation.AttestationEnvelope;
import dev.keywarden.attestation.EnvelopeCodec;
import dev.keywarden.host.PluginHost;
import dev.keywarden.host.PluginHostSettings;
import dev.keywarden.spi.Bytes;
import dev.keywarden.spi.Evidence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code keywarden quote}: evidence of this machine. */
@Command(name = "quote", description = "Makes evidence of this machine, and prints it in hex.")
final class QuoteCommand implements Callable<Integer> {
    private static final int REPORT_DATA_DIGITS = 128;
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private final Console console;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "Configuration whose attester makes it; default: the tdx plugin with its defaults.")
    private @Nullable Path config;

    @Option(
            names = "--report-data",
            paramLabel = "HEX",
            description = "What the quote is to carry: 128 hex digits; default: zeros.")
    private String reportData = "0".repeat(REPORT_DATA_DIGITS);

    @Option(names = "--bare", description = "The quote alone, without event log and configuration.")
    private boolean bare;

    @Option(names = "--out", paramLabel = "FILE", description = "Writes it there in binary instead.")
    private @Nullable Path out;

    @Option(names = "--json", description = "One line of JSON.")
    private boolean json;

    QuoteCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (!reportData.matches("[0-9a-fA-F]{" + REPORT_DATA_DIGITS + "}")) {
            throw new ParameterException(spec.commandLine(), "--report-data must be 128 hex digits");
        }
        LogSetup.install("info");
        CryptoProviders.install();
        Evidence evidence = attest(Bytes.fromHex(reportData));
        AttestationEnvelope envelope = EnvelopeCodec.decode(evidence.envelope());
        Bytes wanted = bare ? envelope.quote() : evidence.envelope();
        if (out != null) {
            write(wanted, out);
        } else if (json) {
            Map<String, Object> facts = new LinkedHashMap<>();
            facts.put("format", evidence.format());
            facts.put("report_data", envelope.reportData().toHex());
            facts.put("quote", envelope.quote().toHex());
            facts.put("attestation", evidence.envelope().toHex());
            console.json(facts);
        } else {
            console.say(wanted.toHex());
        }
        return 0;
    }

    private Evidence attest(Bytes data) {
        try (PluginHost host = PluginHost.load(settings())) {
            return host.attestation()
                    .attester()
                    .orElseThrow(() -> new CommandFailure(
                            "the configuration names no attester. Set core.attestation.attester = \"tdx\""))
                    .attest(data);
        }
    }

    private PluginHostSettings settings() {
        Distribution distribution = Distribution.current();
        InstantSource clock = InstantSource.system();
        if (config != null) {
            return HostSettings.from(
                    NodeSettings.from(ConfigurationFiles.standard(Path.of("")).read(config)),
                    distribution,
                    new NodeMetrics(),
                    clock,
                    new SecureRandom());
        }
        return PluginHostSettings.builder(distribution.plugins(null), temporary(), clock)
                .distributionPins(distribution.pins())
                .attester("tdx")
                .attestationTimeout(LONGEST)
                .build();
    }

    private static Path temporary() {
        try {
            return Files.createTempDirectory("keywarden-quote");
        } catch (IOException e) {
            throw new CommandFailure("no folder for temporary files can be made (" + e + ")");
        }
    }

    private void write(Bytes content, Path file) {
        try {
            Files.write(file, content.toArray());
            console.say("wrote " + file);
        } catch (IOException e) {
            throw new CommandFailure(file + " can't be written (" + e + ")");
        }
    }
}
