package dev.keywarden.app.cli;

import com.google.protobuf.ByteString;
import dev.keywarden.rpc.OnboardingClient;
import dev.keywarden.rpc.RpcException;
import dev.keywarden.rpc.proto.BootstrapRequest;
import dev.keywarden.rpc.proto.BootstrapResponse;
import dev.keywarden.spi.Bytes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code keywarden bootstrap}: has a node make root keys. */
@Command(
        name = "bootstrap",
        description =
                "Has a node without root keys make some, if its bootstrap gate allows it. Can't be undone or repeated.")
final class BootstrapCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private final OnboardingListener listener = new OnboardingListener();

    @Option(names = "--domain", paramLabel = "NAME", required = true, description = "The DNS name the node will serve.")
    @SuppressWarnings("NullAway.Init") // required
    private String domain;

    @Option(names = "--finish", description = "Then leaves onboarding mode, so that the node serves.")
    private boolean finish;

    BootstrapCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        StepPrinter steps = new StepPrinter(console, listener.json());
        try (OnboardingClient node = listener.connect()) {
            BootstrapResponse made = steps.step(
                    "the node's bootstrap gate allowed it, and root keys were made",
                    () -> node.call(
                            "Bootstrap",
                            BootstrapRequest.newBuilder().setDomain(domain).build(),
                            BootstrapResponse.getDefaultInstance()));
            if (finish) {
                steps.run("left onboarding mode", node::finish);
            }
            show(made, steps);
            return 0;
        } catch (RpcException e) {
            throw CommandFailure.of(e);
        }
    }

    private void show(BootstrapResponse made, StepPrinter steps) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("ca_pubkey", hex(made.getCaPubkey()));
        facts.put("k256_pubkey", hex(made.getK256Pubkey()));
        facts.put("attestation_bytes", made.getAttestation().size());
        if (listener.json()) {
            facts.put("url", listener.url());
            facts.put("steps", steps.steps());
            console.json(facts);
            return;
        }
        console.table(
                List.of("WHAT", "VALUE"),
                facts.entrySet().stream()
                        .map(fact -> List.of(fact.getKey(), String.valueOf(fact.getValue())))
                        .toList());
        if (!finish) {
            console.say("next: have it serve, with --finish or a GET of " + listener.url() + "/finish");
        }
    }

    static String hex(ByteString bytes) {
        return Bytes.of(bytes.toByteArray()).toHex();
    }
}
