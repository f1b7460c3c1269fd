package dev.keywarden.app.cli;

import dev.keywarden.app.quote.Roots;
import dev.keywarden.collateral.CollateralService;
import dev.keywarden.collateral.CollateralSource;
import dev.keywarden.collateral.HttpFetcher;
import dev.keywarden.collateral.ServiceAddress;
import dev.keywarden.collateral.Update;
import dev.keywarden.dcap.DcapVerifier;
import dev.keywarden.dcap.QuoteLimits;
import dev.keywarden.dcap.TdPolicy;
import dev.keywarden.dcap.TrustAnchor;
import dev.keywarden.dcap.VerificationCache;
import dev.keywarden.dcap.VerificationPolicy;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where collateral comes from, and what it is judged by: shared by the commands that look at it. */
final class CollateralOptions {
    private static final Duration SERVICE_TIME = Duration.ofSeconds(15);

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    @Option(
            names = "--pccs",
            paramLabel = "URL",
            description = "Collateral service; default: the environment's PCCS_URL, or Intel's own.")
    private @Nullable String pccs;

    @Option(
            names = "--ca-file",
            paramLabel = "FILE",
            description = "PEM certificates that may vouch for the service, in place of those the JDK trusts.")
    private @Nullable Path caFile;

    @Option(names = "--early", description = "Goes by Intel's early publication.")
    private boolean early;

    @Option(
            names = "--root",
            paramLabel = "FILE",
            description =
                    "Trusts this root certificate in place of Intel's; what verifies then proves nothing about any"
                            + " hardware.")
    private @Nullable Path root;

    @Option(
            names = "--at",
            paramLabel = "TIME",
            description = "Time to verify at, as 2026-01-31T00:00:00Z or in seconds since 1970; default: now.")
    private @Nullable String at;

    /** The time to verify at. */
    Instant time() {
        String text = at;
        if (text == null) {
            return Instant.now();
        }
        try {
            return text.matches("-?[0-9]{1,12}") ? Instant.ofEpochSecond(Long.parseLong(text)) : Instant.parse(text);
        } catch (DateTimeException e) {
            throw usage("--at must be a time such as 2026-01-31T00:00:00Z, or seconds since 1970, not " + text);
        }
    }

    Update update() {
        return early ? Update.EARLY : Update.STANDARD;
    }

    /**
     * A verifier that takes SGX quotes too, for a person decides here and no key follows. Simulators set up no TD in full, so
     * under another root than Intel's their setup is judged as the reference's library does.
     */
    DcapVerifier verifier() {
        VerificationPolicy policy = VerificationPolicy.STRICT
                .with(QuoteLimits.DEFAULT.withSgx().withExtendedReport())
                .with(root == null ? TdPolicy.STRICT : TdPolicy.DCAP);
        return new DcapVerifier(anchor(), policy, new VerificationCache());
    }

    private TrustAnchor anchor() {
        try {
            return Roots.anchor(root);
        } catch (IllegalArgumentException e) {
            throw usage("--root: " + e.getMessage());
        }
    }

    /** The connections to the service. */
    HttpFetcher connections() {
        try {
            return new HttpFetcher(caFile);
        } catch (IllegalArgumentException e) {
            throw usage("--ca-file: " + e.getMessage());
        }
    }

    CollateralSource service(HttpFetcher http) {
        String url = pccs == null ? System.getenv("PCCS_URL") : pccs;
        try {
            ServiceAddress address = url == null || url.isEmpty() ? ServiceAddress.INTEL : ServiceAddress.parse(url);
            return new CollateralService(address, null, http, SERVICE_TIME);
        } catch (IllegalArgumentException e) {
            throw usage("--pccs: " + e.getMessage());
        }
    }

    boolean namesService() {
        return pccs != null;
    }

    ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
