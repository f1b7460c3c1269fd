package dev.keywarden.app.cli;

import dev.keywarden.app.node.LogSetup;
import dev.keywarden.attestation.AttestationEnvelope;
import dev.keywarden.rpc.RaTlsClient;
import dev.keywarden.rpc.RpcException;
import dev.keywarden.rpc.proto.AppKeyResponse;
import dev.keywarden.rpc.proto.GetAppKeyRequest;
import dev.keywarden.rpc.proto.GetTempCaCertResponse;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code keywarden get-app-key}: takes an application's keys from a node, as a guest does. */
@Command(
        name = "get-app-key",
        description = "Takes an app's keys from a node as a guest does, with the evidence of a software TEE.")
final class GetAppKeyCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli makes it
    private GuestOptions guestOptions;

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
        String target = guestOptions.target();
        StepPrinter steps = new StepPrinter(console, json);
        if (!json) {
            console.say("app " + guestOptions.appId() + " asks " + target);
        }
        try (GuestIdentity guest = steps.step("made a key and loaded the attestation plugin", guestOptions::load)) {
            AppKeyResponse response = ask(target, guest, steps);
            show(target, new ReleasedKeys(response), steps);
            return 0;
        } catch (RpcException e) {
            throw CommandFailure.of(e);
        }
    }

    private AppKeyResponse ask(String target, GuestIdentity guest, StepPrinter steps) {
        GetTempCaCertResponse temp = steps.step("fetched the temporary CA", () -> GuestConnection.cas(target));
        AttestationEnvelope evidence = steps.step("attested: evidence that binds the key", guest::attest);
        X509Certificate certificate =
                steps.step("put the evidence into a client certificate", () -> guest.certify(evidence, temp));
        GetAppKeyRequest request =
                GetAppKeyRequest.newBuilder().setApiVersion(1).build();
        return steps.step("asked for the keys over RA-TLS, node verified by its CA", () -> {
            try (RaTlsClient client = GuestConnection.to(target)
                    .trustingOnly(temp.getCaCert())
                    .presenting(List.of(certificate), guest.privateKey())
                    .build()) {
                return client.call("GetAppKey", request, AppKeyResponse.getDefaultInstance())
                        .message();
            }
        });
    }

    private void show(String target, ReleasedKeys keys, StepPrinter steps) {
        if (out != null) {
            keys.write(out);
        }
        if (json) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("url", target);
            line.put("app_id", guestOptions.appId());
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
