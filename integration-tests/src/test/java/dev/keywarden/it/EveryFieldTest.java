package dev.keywarden.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.keywarden.attestation.RequestedCertificate;
import dev.keywarden.attestation.SigningRequest;
import dev.keywarden.attestation.SigningRequestCodec;
import dev.keywarden.rpc.proto.AppId;
import dev.keywarden.rpc.proto.BootstrapRequest;
import dev.keywarden.rpc.proto.ClearImageCacheRequest;
import dev.keywarden.rpc.proto.GetAppKeyRequest;
import dev.keywarden.rpc.proto.GetKmsKeyRequest;
import dev.keywarden.rpc.proto.KmsProto;
import dev.keywarden.rpc.proto.OnboardRequest;
import dev.keywarden.rpc.proto.SignCertRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every field of every request, spoilt in every way of {@link FieldFaults}: status 400 and a sentence, nothing written, and
 * the node goes on.
 */
@Tag("blackbox")
final class EveryFieldTest {
    /** Its digest is configured below. */
    private static final String TOKEN = "secret";

    /** What may be left out or empty; of a right message everything else must be there. */
    private static final Set<String> OPTIONAL = Set.of(
            "kms.GetAppKeyRequest.api_version",
            "kms.GetAppKeyRequest.vm_config",
            "kms.GetKmsKeyRequest.vm_config",
            "kms.SignCertRequest.vm_config",
            "kms.ClearImageCacheRequest.image_hash",
            "kms.ClearImageCacheRequest.config_hash");

    private static final Set<String> LEAVES_IT_EMPTY = Set.of("missing", "too short", "followed by an empty one");

    @TempDir
    private static Path directory;

    private static final Guest GUEST = new Guest(Guest.APP_ID);

    private static WebhookDouble webhook;
    private static TestNode serving;
    private static TestNode onboarding;

    @BeforeAll
    static void start() throws Exception {
        webhook = new WebhookDouble();
        TestNode.Configuration configuration = configuration("serving")
                .core("admin_token_hash = \""
                        + HexFormat.of()
                                .formatHex(MessageDigest.getInstance("SHA-256")
                                        .digest(TOKEN.getBytes(StandardCharsets.UTF_8)))
                        + "\"")
                .image("cache_dir = \"" + directory.resolve("cache") + "\"");
        Recordings.copyKeys(configuration.certDir());
        serving = TestNode.start(configuration, "serving");
        onboarding = TestNode.start(configuration("onboarding"), "onboarding");
    }

    private static TestNode.Configuration configuration(String name) throws IOException {
        return new TestNode.Configuration(Files.createDirectory(directory.resolve(name))).webhook(webhook.url());
    }

    @AfterAll
    static void stop() {
        for (TestNode node : new TestNode[] {serving, onboarding}) {
            if (node != null) {
                node.close();
            }
        }
        webhook.close();
    }

    /** Right requests of the methods of a node that serves. */
    private static Map<String, Message> toServing() {
        byte[] csr = SigningRequestCodec.encode(new SigningRequest.V2(
                GUEST.publicKey(),
                new RequestedCertificate(
                        Optional.empty(),
                        "app.example.com",
                        List.of(),
                        true,
                        true,
                        false,
                        false,
                        Optional.empty(),
                        Optional.empty()),
                GUEST.evidence()));
        return Map.of(
                "GetAppKey",
                        GetAppKeyRequest.newBuilder()
                                .setApiVersion(1)
                                .setVmConfig("{}")
                                .build(),
                "GetKmsKey", GetKmsKeyRequest.newBuilder().setVmConfig("{}").build(),
                "GetAppEnvEncryptPubKey",
                        AppId.newBuilder()
                                .setAppId(ByteString.copyFrom(Guest.APP_ID.toArray()))
                                .build(),
                "SignCert",
                        SignCertRequest.newBuilder()
                                .setApiVersion(2)
                                .setCsr(ByteString.copyFrom(csr))
                                .setSignature(ByteString.copyFrom(GUEST.sign(csr)))
                                .setVmConfig("{}")
                                .build(),
                "ClearImageCache",
                        ClearImageCacheRequest.newBuilder()
                                .setToken(TOKEN)
                                .setImageHash("00ff")
                                .setConfigHash("00ff")
                                .build());
    }

    /** Right requests of the methods of a node without keys; nothing but their faults is ever sent. */
    private static Map<String, Message> toOnboarding() {
        return Map.of(
                "Bootstrap",
                        BootstrapRequest.newBuilder().setDomain("localhost").build(),
                "Onboard",
                        OnboardRequest.newBuilder()
                                .setSourceUrl("https://localhost:1/prpc")
                                .setDomain("localhost")
                                .build());
    }

    @Test
    void leavesNoMethodOut() {
        Set<String> withFields = KmsProto.getDescriptor().getServices().stream()
                .filter(service -> !service.getName().equals("Admin")) // on a listener of its own, AdminListenerTest
                .flatMap(service -> service.getMethods().stream())
                .filter(method -> !method.getInputType().getFields().isEmpty())
                .map(method -> method.getName())
                .collect(Collectors.toSet());
        assertThat(Stream.concat(toServing().keySet().stream(), toOnboarding().keySet().stream()))
                .containsExactlyInAnyOrderElementsOf(withFields);
    }

    @TestFactory
    Stream<DynamicTest> aRightRequestIsAnswered() {
        return toServing().entrySet().stream()
                .map(request -> DynamicTest.dynamicTest(request.getKey(), () -> {
                    byte[] json = FieldFaults.json(request.getValue()).getBytes(StandardCharsets.UTF_8);
                    try (SSLSocket connection = connect()) {
                        answered(exchange(connection, "KMS." + request.getKey() + "?json", json));
                        byte[] protobuf = request.getValue().toByteArray();
                        answered(exchange(connection, "KMS." + request.getKey(), protobuf));
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> refusesToServe() {
        return toServing().entrySet().stream().flatMap(request -> FieldFaults.of(request.getValue())
                .map(fault -> DynamicTest.dynamicTest(fault.toString(), () -> {
                    Map<Path, String> before = files(serving);
                    try (SSLSocket connection = connect()) {
                        judge(fault, exchange(connection, path("KMS." + request.getKey(), fault), fault.body()));
                        answered(exchange(connection, "KMS.GetMeta?json", new byte[0]));
                    }
                    assertThat(files(serving)).isEqualTo(before);
                })));
    }

    @TestFactory
    Stream<DynamicTest> refusesToOnboard() {
        return toOnboarding().entrySet().stream().flatMap(request -> FieldFaults.of(request.getValue())
                .map(fault -> DynamicTest.dynamicTest(fault.toString(), () -> {
                    Map<Path, String> before = files(onboarding);
                    try (Socket connection = new Socket(InetAddress.getLoopbackAddress(), onboarding.port())) {
                        connection.setSoTimeout(10_000);
                        String path = path("Onboard." + request.getKey(), fault);
                        judge(fault, exchange(connection, path, fault.body()));
                        answered(exchange(connection, "Onboard.GetAttestationInfo?json", new byte[0]));
                    }
                    assertThat(files(onboarding)).isEqualTo(before);
                })));
    }

    private static SSLSocket connect() throws IOException {
        return RawTls.open(serving.port(), GUEST.identity(evidence -> evidence), "TLSv1.3", List.of("http/1.1"));
    }

    private static String path(String method, FieldFaults.Fault fault) {
        return method + (fault.json() ? "?json" : "");
    }

    private static RawTls.Response exchange(Socket connection, String path, byte[] body) throws IOException {
        byte[] head = ("POST /prpc/" + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + body.length
                        + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        byte[] request = new byte[head.length + body.length];
        System.arraycopy(head, 0, request, 0, head.length);
        System.arraycopy(body, 0, request, head.length, body.length);
        return RawTls.exchange(connection, request, false);
    }

    private static void answered(RawTls.Response response) {
        assertThat(response.status()).as(text(response)).isEqualTo(200);
    }

    private static void judge(FieldFaults.Fault fault, RawTls.Response response) {
        boolean mayBeEmpty = OPTIONAL.contains(fault.field().getFullName()) && LEAVES_IT_EMPTY.contains(fault.fault());
        if (!fault.form() && mayBeEmpty) {
            answered(response);
            return;
        }
        assertThat(response.status()).as(text(response)).isEqualTo(400);
        assertThat(response.body().length).isBetween(3, 4096);
        assertThat(text(response))
                .doesNotContain("Exception", "dev.keywarden", "java.", "\tat ", "disk_crypt_key", "PRIVATE KEY");
        if (fault.json()) {
            assertThat(Recordings.json(text(response)).path("error").asText()).isNotBlank();
        }
    }

    private static String text(RawTls.Response response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    /** What lies in the folder of keys, by its bytes; empty where there is none. */
    private static Map<Path, String> files(TestNode node) throws IOException {
        Map<Path, String> files = new HashMap<>();
        Path keys = node.directory().resolve("certs");
        if (Files.exists(keys)) {
            try (Stream<Path> all = Files.walk(keys)) {
                for (Path file : all.filter(Files::isRegularFile).toList()) {
                    files.put(file, HexFormat.of().formatHex(Files.readAllBytes(file)));
                }
            }
        }
        return files;
    }
}
