package dev.keywarden.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywarden.host.AuthorizationQuestion;
import dev.keywarden.spi.Subject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The authorizer {@code rego} with {@code mode = "server"}, in front of a real server of OPA. */
@Tag("blackbox")
@Timeout(180)
final class OpaServerModeTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Says nothing about nodes that were not asked for keys, and two things about those that were. */
    private static final String POLICY = """
            package keywarden

            decision := {"allow": true, "reasons": [{"code": "policy.listed", "message": owner}]} if {
                input.subject == "app"
                owner := input.facts.apps.owner
            }

            decision := {"allow": false, "reasons": [{"code": "policy.unlisted", "message": ""}]} if {
                input.subject == "app"
                not input.facts.apps
            }

            decision := {"allow": true} if input.subject == "peer_kms"

            decision := {"allow": false} if input.subject == "peer_kms"
            """;

    private static final List<AuthorizationQuestion> QUESTIONS =
            new PolicyQuestions(new SplittableRandom(12)).list(200);
    private static final AuthorizationQuestion LISTED = app("a4");
    private static final AuthorizationQuestion UNLISTED = app("b4");

    @TempDir
    private Path folder;

    private List<String> sources;

    private static AuthorizationQuestion app(String pair) {
        return QUESTIONS.stream()
                .filter(question -> question.subject() == Subject.APP
                        && question.bootInfo().appId().toHex().startsWith(pair))
                .findFirst()
                .orElseThrow();
    }

    private static AuthorizationQuestion about(Subject subject) {
        return QUESTIONS.stream()
                .filter(question -> question.subject() == subject)
                .findFirst()
                .orElseThrow();
    }

    @BeforeEach
    void writePolicy() throws IOException {
        sources =
                List.of(Files.writeString(folder.resolve("policy.rego"), POLICY).toString());
        Files.writeString(folder.resolve("apps.jsonl"), "{\"key\":\"" + "a4".repeat(20) + "\",\"owner\":\"team a\"}\n");
    }

    private NodeAuthorizer node(String url, Map<String, Object> more) throws IOException {
        Map<String, Object> settings = new TreeMap<>(more);
        settings.put("mode", "server");
        settings.put("url", url);
        settings.putIfAbsent("timeout", "5s");
        settings.put(
                "facts",
                Map.of(
                        "apps",
                        Map.of(
                                "key",
                                "app_id",
                                "file",
                                folder.resolve("apps.jsonl").toString())));
        return new NodeAuthorizer("rego", settings, Files.createDirectories(folder.resolve("state")));
    }

    private static void assertAllowed(NodeAuthorizer node) {
        NodeAuthorizer.Verdict verdict = node.decide(LISTED);
        assertThat(verdict.outcome()).as("%s", verdict).isEqualTo("ALLOW [policy.listed] ");
        assertThat(verdict.messages()).containsExactly("team a");
    }

    private static void assertUnavailable(NodeAuthorizer.Verdict verdict, String... words) {
        assertThat(verdict.verdict()).as("%s", verdict).isEqualTo("UNAVAILABLE");
        assertThat(verdict.codes()).containsExactly("host.unavailable");
        assertThat(verdict.messages().get(0)).contains(words);
    }

    private static void eventually(String what, BooleanSupplier happened) {
        assertThat(Await.until(PATIENCE, happened)).as(what).isTrue();
    }

    @Test
    void decidesAndPutsTheDecisionsIdOnRecord() throws IOException {
        try (OpaProcess opa = OpaProcess.start(folder, sources, "--set", "decision_logs.console=true");
                NodeAuthorizer node = node(opa.url(), Map.of())) {
            assertAllowed(node);
            NodeAuthorizer.Verdict denied = node.decide(UNLISTED);
            assertThat(denied.outcome()).isEqualTo("DENY [policy.unlisted] ");
            assertThat(denied.evidence()).containsEntry("opa", opa.url()).containsKey("facts.apps.sha256");
            String id = denied.evidence().get("decision_id");
            assertThat(id).hasSize(36);
            eventually("the decision in OPA's own log", () -> opa.log().contains(id));
        }
    }

    @Test
    void reachesItThroughAUnixSocket() throws IOException {
        Path socket = folder.resolve("opa.sock");
        try (OpaProcess opa = OpaProcess.start(
                        folder, sources, "--addr", "unix://" + socket, "--set", "decision_logs.console=true");
                NodeAuthorizer node = node("unix://" + socket, Map.of())) {
            assertAllowed(node);
            NodeAuthorizer.Verdict denied = node.decide(UNLISTED);
            assertThat(denied.outcome()).isEqualTo("DENY [policy.unlisted] ");
            assertThat(denied.evidence())
                    .containsEntry("opa", "unix://" + socket)
                    .containsKey("decision_id");
            assertUnavailable(node.decide(about(Subject.SELF)), "(rego.undefined)");
            opa.close();
            assertUnavailable(node.decide(LISTED), "gave no answer: no connection", "(rego.server_failed)");
        }
    }

    @Test
    void undefinedAndContradictionAreNoDecision() throws IOException {
        try (OpaProcess opa = OpaProcess.start(folder, sources);
                NodeAuthorizer node = node(opa.url(), Map.of())) {
            assertUnavailable(node.decide(about(Subject.SELF)), "says nothing about this question (rego.undefined)");
            assertUnavailable(node.decide(about(Subject.PEER_KMS)), "answered with status 500", "(rego.server_failed)");
            assertAllowed(node);
        }
    }

    @Test
    void deniesWhileItHangsAndGoesOnAfterwards() throws IOException {
        try (OpaProcess opa = OpaProcess.start(folder, sources);
                NodeAuthorizer node = node(opa.url(), Map.of("timeout", "1s"))) {
            assertAllowed(node);
            opa.hang();
            long begin = System.nanoTime();
            assertUnavailable(node.decide(LISTED), "no whole answer within 1000 ms (rego.server_failed)");
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isBetween(Duration.ofSeconds(1), PATIENCE);
            opa.goOn();
            eventually("an answer", () -> node.decide(LISTED).verdict().equals("ALLOW"));
        }
    }

    @Test
    void deniesWhileItIsRestartedAndGoesOnAfterwards() throws IOException {
        OpaProcess first = OpaProcess.start(folder, sources);
        try (first;
                NodeAuthorizer node = node(first.url(), Map.of())) {
            assertAllowed(node);
            first.close();
            assertUnavailable(node.decide(LISTED), "gave no answer", "(rego.server_failed)");
            try (OpaProcess again = OpaProcess.startAt(first.port(), folder, sources)) {
                assertThat(again.url()).isEqualTo(first.url());
                eventually(
                        "the restarted server",
                        () -> node.decide(LISTED).verdict().equals("ALLOW"));
                assertAllowed(node);
            }
        }
    }

    /** The server shows a certificate and asks for a token, both of which the node's settings name. */
    @Test
    void trustsTheNamedCertificateAndShowsTheToken() throws Exception {
        Path certificate = folder.resolve("opa.pem");
        Path key = folder.resolve("opa.key");
        OpenSsl.run(("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=opa -addext"
                        + " subjectAltName=IP:127.0.0.1 -keyout " + key + " -out " + certificate)
                .split(" "));
        Path authorization = Files.writeString(folder.resolve("authz.rego"), """
                package system.authz

                default allow := false

                allow if input.identity == "the-token"

                allow if input.path == ["health"]
                """);
        Path token = Files.writeString(folder.resolve("token"), "the-token\n");
        try (OpaProcess opa = OpaProcess.start(
                folder,
                List.of(sources.get(0), authorization.toString()),
                "--tls-cert-file",
                certificate.toString(),
                "--tls-private-key-file",
                key.toString(),
                "--authentication",
                "token",
                "--authorization",
                "basic")) {
            String url = "https://127.0.0.1:" + opa.port();
            Map<String, Object> known = Map.of("ca_file", certificate.toString(), "token_file", token.toString());
            try (NodeAuthorizer node = node(url, known)) {
                assertAllowed(node);
                Files.writeString(token, "another\n");
                assertUnavailable(node.decide(LISTED), "answered with status 401", "(rego.server_failed)");
                Files.writeString(token, "the-token\n");
                assertAllowed(node);
            }
            try (NodeAuthorizer node = node(url, Map.of("token_file", token.toString()))) {
                assertUnavailable(node.decide(LISTED), "gave no answer", "(rego.server_failed)");
            }
        }
    }
}
