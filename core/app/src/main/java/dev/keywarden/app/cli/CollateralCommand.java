package dev.keywarden.app.cli;

import dev.keywarden.app.config.ConfigurationFiles;
import dev.keywarden.app.config.NodeSettings;
import dev.keywarden.app.node.CryptoProviders;
import dev.keywarden.app.node.LogSetup;
import dev.keywarden.collateral.CollateralFile;
import dev.keywarden.collateral.CollateralRequest;
import dev.keywarden.collateral.CollateralStore;
import dev.keywarden.collateral.Deadline;
import dev.keywarden.collateral.HttpFetcher;
import dev.keywarden.dcap.ByteView;
import dev.keywarden.dcap.Collateral;
import dev.keywarden.dcap.DcapException;
import dev.keywarden.dcap.DcapVerifier;
import dev.keywarden.dcap.PckCa;
import dev.keywarden.dcap.PlatformKey;
import dev.keywarden.dcap.TeeType;
import dev.keywarden.dcap.VerifiedCollateral;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code keywarden collateral fetch|show|import}: collateral by hand, for nodes without a network. */
@Command(name = "collateral", description = "Fetches, shows and imports what Intel publishes about platforms.")
final class CollateralCommand implements Runnable {
    private static final Duration FETCH_TIME = Duration.ofSeconds(30);

    private final Console console;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    CollateralCommand(Console console) {
        this.console = console;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Name a command: fetch, show or import");
    }

    @Command(
            name = "fetch",
            description = "Fetches and verifies the collateral of a platform, and writes it to a file.")
    int fetch(
            @Option(
                            names = "--fmspc",
                            paramLabel = "HEX",
                            required = true,
                            description = "12 hex digits; verify-quote shows them.")
                    String fmspc,
            @Option(
                            names = "--ca",
                            paramLabel = "NAME",
                            defaultValue = "platform",
                            description = "platform (default) or processor.")
                    String authority,
            @Option(names = "--sgx", description = "Collateral for SGX in place of TDX.") boolean sgx,
            @Option(names = "--out", paramLabel = "FILE", description = "Where to; default: standard output.") @Nullable Path out,
            @Mixin CollateralOptions options) {
        CollateralRequest request = new CollateralRequest(
                new PlatformKey(sgx ? TeeType.SGX : TeeType.TDX, fmspc(fmspc, options), authority(authority, options)),
                options.update());
        prepare();
        Collateral fetched;
        try (HttpFetcher http = options.connections()) {
            fetched = options.service(http).fetch(request, Deadline.in(FETCH_TIME), set -> verified(
                            set, request.platform().teeType(), options)
                    .age());
        }
        write(fetched, out);
        return 0;
    }

    @Command(name = "show", description = "Verifies a file of collateral and shows what is in it.")
    int show(
            @Parameters(paramLabel = "FILE", description = "QuoteCollateralV3 JSON.") Path file,
            @Option(names = "--json", description = "One line of JSON.") boolean json,
            @Mixin CollateralOptions options) {
        prepare();
        Collateral collateral = CollateralFile.read(file);
        Map<String, Object> facts = facts(verified(collateral, teeType(collateral), options));
        if (json) {
            console.json(facts);
        } else {
            console.table(
                    List.of("WHAT", "VALUE"),
                    facts.entrySet().stream()
                            .map(fact -> List.of(fact.getKey(), String.valueOf(fact.getValue())))
                            .toList());
        }
        return 0;
    }

    @Command(name = "import", description = "Verifies files of collateral and gives them to the tdx plugin of a node.")
    int importFiles(
            @Parameters(paramLabel = "FILE", arity = "1..*", description = "QuoteCollateralV3 JSON.") List<Path> files,
            @Option(
                            names = {"-c", "--config"},
                            paramLabel = "FILE",
                            description = "Configuration of the node; default: as for serve.")
                    @Nullable Path config,
            @Option(names = "--dir", paramLabel = "DIR", description = "Folder of collateral, in place of the node's.")
                    @Nullable Path directory,
            @Mixin CollateralOptions options) {
        prepare();
        CollateralStore store = new CollateralStore(directory != null ? directory : storeOf(config));
        for (Path file : files) {
            Collateral collateral = CollateralFile.read(file);
            TeeType teeType = teeType(collateral);
            VerifiedCollateral verified = verified(collateral, teeType, options);
            PckCa authority = verified.authority().orElse(PckCa.PLATFORM);
            CollateralRequest request = new CollateralRequest(
                    new PlatformKey(teeType, verified.tcbInfo().fmspc(), authority), options.update());
            try {
                console.say(file + ": verified, good until " + verified.validUntil() + ", kept as "
                        + store.write(request, collateral));
            } catch (IOException e) {
                throw new CommandFailure(store.name() + ": collateral can't be kept there (" + e + ")");
            }
        }
        return 0;
    }

    private static void prepare() {
        LogSetup.install("warn");
        CryptoProviders.install();
    }

    private static Path storeOf(@Nullable Path config) {
        NodeSettings settings =
                NodeSettings.from(ConfigurationFiles.standard(Path.of("")).read(config));
        return settings.pluginState().resolve("tdx").resolve("collateral");
    }

    private static VerifiedCollateral verified(Collateral collateral, TeeType teeType, CollateralOptions options) {
        DcapVerifier verifier = options.verifier();
        try {
            return verifier.verifyCollateral(collateral, teeType, options.time());
        } catch (DcapException e) {
            throw new CommandFailure("the collateral does not verify: " + e.getMessage());
        }
    }

    /** Which TEE the TCB info claims to be about; if that is a lie, verification says so. */
    private static TeeType teeType(Collateral collateral) {
        String text = new String(collateral.tcbInfo().text().toArray(), StandardCharsets.UTF_8);
        return text.contains("\"tdxModule\"") ? TeeType.TDX : TeeType.SGX;
    }

    private static Map<String, Object> facts(VerifiedCollateral collateral) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("fmspc", collateral.tcbInfo().fmspc().toHex());
        facts.put(
                "ca",
                collateral
                        .authority()
                        .map(ca -> ca.name().toLowerCase(Locale.ROOT))
                        .orElse("other"));
        facts.put("tcb_evaluation_data_number", collateral.evaluationNumber());
        facts.put("tcb_info_issued", collateral.tcbInfo().issueDate().toString());
        facts.put("tcb_info_next_update", collateral.tcbInfo().nextUpdate().toString());
        facts.put("qe_identity_issued", collateral.qeIdentity().issueDate().toString());
        facts.put(
                "qe_identity_next_update", collateral.qeIdentity().nextUpdate().toString());
        facts.put("root_crl_next_update", collateral.rootCrl().nextUpdate().toString());
        facts.put("pck_crl_next_update", collateral.pckCrl().nextUpdate().toString());
        facts.put("valid_from", collateral.validFrom().toString());
        facts.put("valid_until", collateral.validUntil().toString());
        facts.put("sha256", collateral.collateral().digest().toHex());
        return facts;
    }

    private void write(Collateral collateral, @Nullable Path out) {
        if (out == null) {
            console.say(new String(collateral.toJson(), StandardCharsets.UTF_8).stripTrailing());
            return;
        }
        try {
            Files.write(out, collateral.toJson());
            console.say("wrote " + out);
        } catch (IOException e) {
            throw new CommandFailure(out + " can't be written (" + e + ")");
        }
    }

    private static ByteView fmspc(String hex, CollateralOptions options) {
        if (!hex.matches("[0-9a-fA-F]{12}")) {
            throw options.usage("--fmspc must be 12 hex digits, not " + hex);
        }
        return ByteView.copyOf(HexFormat.of().parseHex(hex));
    }

    private static PckCa authority(String name, CollateralOptions options) {
        return switch (name) {
            case "platform" -> PckCa.PLATFORM;
            case "processor" -> PckCa.PROCESSOR;
            default -> throw options.usage("--ca must be platform or processor, not " + name);
        };
    }
}
