package dev.keywarden.app.cli;

import dev.keywarden.rpc.OnboardingClient;
import dev.keywarden.rpc.RpcException;
import dev.keywarden.rpc.proto.OnboardRequest;
import dev.keywarden.rpc.proto.OnboardResponse;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code keywarden onboard}: has a node take its root keys over from another one. */
@Command(
        name = "onboard",
        description = "Has a node without root keys take them over from another KMS, if both sides' gates allow it.")
final class OnboardCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private final OnboardingListener listener = new OnboardingListener();

    @Option(
            names = "--source",
            paramLabel = "URL",
            required = true,
            description = "The KMS to take the keys from, for example https://kms.example:8000.")
    @SuppressWarnings("NullAway.Init") // required
    private String source;

    @Option(names = "--domain", paramLabel = "NAME", required = true, description = "The DNS name the node will serve.")
    @SuppressWarnings("NullAway.Init") // required
    private String domain;

    @Option(names = "--finish", description = "Then leaves onboarding mode, so that the node serves.")
    private boolean finish;

    OnboardCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        StepPrinter steps = new StepPrinter(console, listener.json());
        if (!listener.json()) {
            console.say(listener.url() + " takes its root keys over from " + source);
        }
        try (OnboardingClient node = listener.connect()) {
            OnboardRequest request = OnboardRequest.newBuilder()
                    .setSourceUrl(source)
                    .setDomain(domain)
                    .build();
            OnboardResponse taken = steps.step(
                    "the source was attested and allowed, and handed its keys over",
                    () -> node.call("Onboard", request, OnboardResponse.getDefaultInstance()));
            if (finish) {
                steps.run("left onboarding mode", node::finish);
            }
            show(BootstrapCommand.hex(taken.getK256Pubkey()), steps);
            return 0;
        } catch (RpcException e) {
            throw CommandFailure.of(e);
        }
    }

    private void show(String k256PublicKey, StepPrinter steps) {
        if (listener.json()) {
            Map<String, Object> facts = new LinkedHashMap<>();
            facts.put("k256_pubkey", k256PublicKey);
            facts.put("url", listener.url());
            facts.put("source", source);
            facts.put("steps", steps.steps());
            console.json(facts);
            return;
        }
        console.say("k256 public key: " + k256PublicKey);
        if (!finish) {
            console.say("next: have it serve, with --finish or a GET of " + listener.url() + "/finish");
        }
    }
}
