package dev.keywarden.app.cli;

import com.google.protobuf.Empty;
import dev.keywarden.app.node.LogSetup;
import dev.keywarden.attestation.AttestationEnvelope;
import dev.keywarden.rpc.RaTlsClient;
import dev.keywarden.rpc.RpcException;
import dev.keywarden.rpc.proto.AppKeyResponse;
import dev.keywarden.rpc.proto.GetAppKeyRequest;
import dev.keywarden.rpc.proto.GetTempCaCertResponse;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code keywarden get-app-key}: takes an application's keys from a node, as a guest does. */
@Command(
        name = "get-app-key",
        description = "Takes an app's keys from a node as a guest does, with the evidence of a software TEE.")
final class GetAppKeyCommand implements Callable<Integer> {
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration WHOLE = Duration.ofSeconds(60);

    private final Console console;

    @Option(names = "--url", paramLabel = "URL", description = "The node; default: the one that `dev` started.")
    private @Nullable String url;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            defaultValue = ".keywarden",
            description = "The folder of `dev`, for the URL and the software TEE's seed (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // has a default
    private Path dir;

    @Option(
            names = "--seed",
            paramLabel = "HEX",
            description = "Seed of the software TEE, 32 bytes; default: the folder's.")
    private @Nullable String seed;

    @Option(
            names = "--app-id",
            paramLabel = "HEX",
            defaultValue = DevWorkspace.DEFAULT_APP_ID,
            description = "20 bytes.")
    @SuppressWarnings("NullAway.Init") // has a default
    private String appId;

    @Option(names = "--compose-hash", paramLabel = "HEX", description = "32 bytes.")
    private @Nullable String composeHash;

    @Option(names = "--instance-id", paramLabel = "HEX", description = "20 bytes, or empty.")
    private @Nullable String instanceId;

    @Option(names = "--os-image-hash", paramLabel = "HEX", description = "32 bytes.")
    private @Nullable String osImageHash;

    @Option(names = "--json", description = "One line of JSON.")
    private boolean json;

    @Option(names = "--reveal", description = "Prints the keys themselves. Mind your scroll-back and your logs.")
    private boolean reveal;

    @Option(names = "--out", paramLabel = "DIR", description = "Writes the keys to files that only you can read.")
    private @Nullable Path out;

    GetAppKeyCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        LogSetup.install("error");
        DevWorkspace workspace = new DevWorkspace(dir);
        String target = url == null ? workspace.url() : url;
        StepPrinter steps = new StepPrinter(console, json);
        if (!json) {
            console.say("app " + appId + " asks " + target);
        }
        try (GuestIdentity guest = steps.step(
                "made a key and loaded the attestation plugin",
                () -> GuestIdentity.load(machine(), workspace.pluginState(), InstantSource.system()))) {
            AppKeyResponse response = ask(target, guest, steps);
            show(target, new ReleasedKeys(response), steps);
            return 0;
        } catch (RpcException e) {
            throw CommandFailure.of(e);
        }
    }

    private AppKeyResponse ask(String target, GuestIdentity guest, StepPrinter steps) {
        GetTempCaCertResponse temp = steps.step("fetched the temporary CA", () -> {
            try (RaTlsClient anyone = RaTlsClient.to(target)
                    .trustingUnverifiedServer()
                    .connectTimeout(CONNECT)
                    .deadline(WHOLE)
                    .build()) {
                return anyone.call(
                                "GetTempCaCert", Empty.getDefaultInstance(), GetTempCaCertResponse.getDefaultInstance())
                        .message();
            }
        });
        AttestationEnvelope evidence = steps.step("attested: evidence that binds the key", guest::attest);
        X509Certificate certificate =
                steps.step("put the evidence into a client certificate", () -> guest.certify(evidence, temp));
        GetAppKeyRequest request =
                GetAppKeyRequest.newBuilder().setApiVersion(1).build();
        return steps.step("asked for the keys over RA-TLS, node verified by its CA", () -> {
            try (RaTlsClient client = RaTlsClient.to(target)
                    .trustingOnly(temp.getCaCert())
                    .presenting(List.of(certificate), guest.privateKey())
                    .connectTimeout(CONNECT)
                    .deadline(WHOLE)
                    .build()) {
                return client.call("GetAppKey", request, AppKeyResponse.getDefaultInstance())
                        .message();
            }
        });
    }

    /** What the guest claims to be, as settings of the attestation plugin. */
    private Map<String, Object> machine() {
        Map<String, Object> machine = new LinkedHashMap<>();
        machine.put("app_id", appId);
        machine.put("compose_hash", composeHash == null ? DevWorkspace.DEFAULT_COMPOSE_HASH : composeHash);
        machine.put("instance_id", instanceId == null ? DevWorkspace.DEFAULT_INSTANCE_ID : instanceId);
        machine.put("os_image_hash", osImageHash == null ? DevWorkspace.OS_IMAGE_HASH : osImageHash);
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("machine", machine);
        if (seed != null) {
            settings.put("seed", seed);
        }
        return settings;
    }

    private void show(String target, ReleasedKeys keys, StepPrinter steps) {
        if (out != null) {
            keys.write(out);
        }
        if (json) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("url", target);
            line.put("app_id", appId);
            line.putAll(keys.facts(reveal));
            line.put("steps", steps.steps());
            console.json(line);
            return;
        }
        console.say("released:");
        console.table(List.of("KEY", "LENGTH", reveal ? "BYTES" : "SHA-256, FIRST 8 BYTES"), keys.rows(reveal));
        if (out != null) {
            console.say("written to " + out);
        }
    }
}
