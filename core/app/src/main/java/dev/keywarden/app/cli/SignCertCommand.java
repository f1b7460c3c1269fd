package dev.keywarden.app.cli;

import com.google.protobuf.ByteString;
import dev.keywarden.app.node.LogSetup;
import dev.keywarden.attestation.AttestationEnvelope;
import dev.keywarden.attestation.RequestedCertificate;
import dev.keywarden.attestation.SigningRequest;
import dev.keywarden.attestation.SigningRequestCodec;
import dev.keywarden.rpc.RaTlsClient;
import dev.keywarden.rpc.RpcException;
import dev.keywarden.rpc.proto.SignCertRequest;
import dev.keywarden.rpc.proto.SignCertResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code keywarden sign-cert}: gets an application's certificate from a node, as a guest does. */
@Command(
        name = "sign-cert",
        description = "Makes a key and gets it certified by a node, with the evidence of a software TEE.")
final class SignCertCommand implements Callable<Integer> {
    private static final int API_VERSION = 2;

    private final Console console;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli makes it
    private GuestOptions guestOptions;

    @Option(
            names = "--domain",
            paramLabel = "NAME",
            description =
                    "DNS name or address to be certified, more than one if given repeatedly; the first is also the"
                            + " subject. Without any, the subject is the app id.")
    private List<String> domains = new ArrayList<>();

    @Option(names = "--org", paramLabel = "NAME", description = "Organization in the subject.")
    private @Nullable String organization;

    @Option(
            names = "--days",
            paramLabel = "N",
            description = "How long the certificate is to last; default: ten years.")
    private @Nullable Integer days;

    @Option(names = "--attestation", description = "Puts the evidence into the certificate.")
    private boolean attestation;

    @Option(names = "--app-info", description = "Puts what was verified of the app into the certificate.")
    private boolean appInfo;

    @Option(names = "--json", description = "One line of JSON.")
    private boolean json;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description =
                    "Writes key.pem, which only you can read, and cert.pem, chain.pem and root.pem. Without it the"
                            + " key is forgotten.")
    private @Nullable Path out;

    SignCertCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        LogSetup.install("error");
        RequestedCertificate wanted = wanted(Instant.now());
        String target = guestOptions.target();
        StepPrinter steps = new StepPrinter(console, json);
        if (!json) {
            console.say("app " + guestOptions.appId() + " asks " + target + " to certify " + wanted.subject());
        }
        try (GuestIdentity guest = steps.step("made a key and loaded the attestation plugin", guestOptions::load)) {
            IssuedChain chain = ask(target, guest, wanted, steps);
            write(guest, chain);
            show(target, chain, steps);
            return 0;
        } catch (RpcException e) {
            throw CommandFailure.of(e);
        }
    }

    private RequestedCertificate wanted(Instant now) {
        if (domains.stream().anyMatch(String::isBlank)) {
            throw new ParameterException(spec.commandLine(), "--domain must name something");
        }
        if (days != null && days < 1) {
            throw new ParameterException(spec.commandLine(), "--days must be 1 or more");
        }
        return new RequestedCertificate(
                Optional.ofNullable(organization),
                domains.isEmpty() ? guestOptions.appId() : domains.getFirst(),
                domains,
                true,
                true,
                attestation,
                appInfo,
                Optional.empty(),
                Optional.ofNullable(days)
                        .map(count -> now.plus(Duration.ofDays(count)).getEpochSecond()));
    }

    private IssuedChain ask(String target, GuestIdentity guest, RequestedCertificate wanted, StepPrinter steps) {
        String root = steps.step("fetched the node's root certificate", () -> GuestConnection.cas(target)
                .getCaCert());
        AttestationEnvelope evidence = steps.step("attested: evidence that binds the key", guest::attest);
        SignCertRequest request = steps.step("signed a request with the key", () -> request(guest, wanted, evidence));
        SignCertResponse response = steps.step("asked for the certificate, node verified by its root", () -> {
            try (RaTlsClient client =
                    GuestConnection.to(target).trustingOnly(root).build()) {
                return client.call("SignCert", request, SignCertResponse.getDefaultInstance())
                        .message();
            }
        });
        return steps.step(
                "checked the key and the chain up to the root",
                () -> IssuedChain.of(response, guest.publicKey(), root));
    }

    private static SignCertRequest request(
            GuestIdentity guest, RequestedCertificate wanted, AttestationEnvelope evidence) {
        byte[] csr = SigningRequestCodec.encode(new SigningRequest.V2(guest.publicKey(), wanted, evidence));
        return SignCertRequest.newBuilder()
                .setApiVersion(API_VERSION)
                .setCsr(ByteString.copyFrom(csr))
                .setSignature(ByteString.copyFrom(guest.sign(csr)))
                .build();
    }

    private void write(GuestIdentity guest, IssuedChain chain) {
        if (out == null) {
            return;
        }
        try {
            PrivateFiles.folder(out);
            guest.writeKey(out.resolve("key.pem"));
            List<String> pems = chain.pems();
            PrivateFiles.write(out.resolve("cert.pem"), ascii(pems.get(0)));
            PrivateFiles.write(out.resolve("chain.pem"), ascii(pems.get(0) + pems.get(1)));
            PrivateFiles.write(out.resolve("root.pem"), ascii(pems.get(2)));
        } catch (IOException e) {
            throw new CommandFailure(out + ": key and certificates can't be written there (" + e + ")", e);
        }
    }

    private static byte[] ascii(String pem) {
        return pem.getBytes(StandardCharsets.US_ASCII);
    }

    private void show(String target, IssuedChain chain, StepPrinter steps) {
        if (json) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("url", target);
            line.put("app_id", guestOptions.appId());
            line.putAll(chain.facts());
            line.put("steps", steps.steps());
            console.json(line);
            return;
        }
        console.say("certified:");
        console.table(List.of("WHAT", "SUBJECT", "VALID UNTIL"), chain.rows());
        console.say(
                out == null
                        ? "the key is forgotten now; --out DIR keeps it"
                        : "written to " + out + ": key.pem, cert.pem, chain.pem, root.pem");
    }
}
