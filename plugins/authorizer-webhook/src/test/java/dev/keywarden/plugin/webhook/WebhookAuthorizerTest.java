package dev.keywarden.plugin.webhook;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.keywarden.spi.AuthorityInfo;
import dev.keywarden.spi.Decision;
import dev.keywarden.spi.PluginException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes of every answer and of none; services are real ones on loopback. */
@Timeout(30)
final class WebhookAuthorizerTest {
    private static final Duration SHORT = Duration.ofMillis(250);

    @Test
    void allowsWhatTheServiceAllows() throws IOException {
        try (FakeService service = FakeService.doing(FakeService.answering(FakeService.ALLOWS))) {
            assertThat(decide(service)).asInstanceOf(type(Decision.Allow.class)).satisfies(allow -> {
                assertThat(allow.gatewayAppId()).isEqualTo("g");
                assertThat(allow.reason()).isEqualTo(new Decision.Reason("webhook.allowed", ""));
                assertThat(allow.evidence())
                        .containsEntry("url", service.url() + "/bootAuth/app")
                        // sha256sum of the answer
                        .containsEntry(
                                "answer_sha256", "9e69aff099bca6ae52a46de1d841cd1f241c7d1fe36c99ddb9e243de0ae6219c");
            });
        }
    }

    @Test
    void namesNoGatewayWhereTheServiceNamesNone() throws IOException {
        String body = FakeService.ALLOWS.replace("\"g\"", "\"\"");
        try (FakeService service = FakeService.doing(FakeService.answering(body))) {
            assertThat(decide(service))
                    .asInstanceOf(type(Decision.Allow.class))
                    .satisfies(allow -> assertThat(allow.gatewayAppId()).isNull());
        }
    }

    @Test
    void deniesWithTheReasonOfTheServiceWordForWord() throws IOException {
        String body = "{\"isAllowed\":false,\"gatewayAppId\":\"\",\"reason\":\"not \\u00fcber: \\\"here\\\"\"}";
        try (FakeService service = FakeService.doing(FakeService.answering(body))) {
            assertThat(decide(service)).asInstanceOf(type(Decision.Deny.class)).satisfies(deny -> assertThat(
                            deny.reasons())
                    .containsExactly(new Decision.Reason("webhook.denied", "not über: \"here\"")));
        }
    }

    /** Recorded with the reference as accepted: {@code transcripts/webhook-odd-r2}, 201 and bom. */
    static Stream<Arguments> oddButAccepted() {
        byte[] allows = FakeService.ALLOWS.getBytes(UTF_8);
        return Stream.of(
                Arguments.of("status 201", FakeService.answering("201 Created", "", allows)),
                Arguments.of("a byte order mark", FakeService.answering("\uFEFF" + FakeService.ALLOWS)),
                Arguments.of(
                        "any content type", FakeService.answering("200 OK", "Content-Type: image/png\r\n", allows)),
                Arguments.of("no reason phrase", FakeService.answering("200", "", allows)),
                Arguments.of(
                        "chunks",
                        FakeService.sending("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                                + "5\r\n" + FakeService.ALLOWS.substring(0, 5) + "\r\n"
                                + Integer.toHexString(FakeService.ALLOWS.length() - 5) + "\r\n"
                                + FakeService.ALLOWS.substring(5) + "\r\n0\r\n\r\n")),
                Arguments.of(
                        "a body that ends with the connection",
                        FakeService.sending("HTTP/1.0 200 OK\r\n\r\n" + FakeService.ALLOWS)),
                Arguments.of(
                        "an interim answer",
                        FakeService.sending("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: "
                                + allows.length + "\r\n\r\n" + FakeService.ALLOWS)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("oddButAccepted")
    void acceptsAnAnswerThatIsOdd(String oddity, FakeService.Behaviour behaviour) throws IOException {
        try (FakeService service = FakeService.doing(behaviour)) {
            assertThat(decide(service)).isInstanceOf(Decision.Allow.class);
        }
    }

    /** Recorded with the reference: {@code transcripts/webhook-odd-r2/webhook-latin1}. */
    @Test
    void readsTheReasonInTheCharacterSetOfTheContentType() throws IOException {
        byte[] body = "{\"isAllowed\":false,\"gatewayAppId\":\"\",\"reason\":\"café\"}".getBytes(ISO_8859_1);
        try (FakeService service = FakeService.doing(
                FakeService.answering("200 OK", "Content-Type: application/json; charset=latin1\r\n", body))) {
            assertThat(decide(service)).asInstanceOf(type(Decision.Deny.class)).satisfies(deny -> assertThat(
                            deny.reasons().getFirst().message())
                    .isEqualTo("café"));
        }
    }

    /** The two texts of wire protocol, section 4.2, as recorded in {@code transcripts/onboard-r1/21-bootstrap-webhook-503}. */
    @Test
    void saysStatusAndBodyOfAFailure() throws IOException {
        byte[] body = "overloaded".getBytes(UTF_8);
        try (FakeService service = FakeService.doing(FakeService.answering("503 Go Away", "", body))) {
            failure(service)
                    .isEqualTo(
                            "auth api " + service.url() + "/bootAuth/app returned 503 Service Unavailable: overloaded");
        }
    }

    @Test
    void saysWhatIsWrongWithAnAnswer() throws IOException {
        String body = "{\"isAllowed\":\"true\",\"gatewayAppId\":\"g\",\"reason\":\"\"}";
        try (FakeService service = FakeService.doing(FakeService.answering(body))) {
            failure(service)
                    .isEqualTo("failed to decode response from " + service.url()
                            + "/bootAuth/app, status=200 OK, body=" + body
                            + ": invalid type: string \"true\", expected a boolean at line 1 column 19");
        }
    }

    @Test
    void defect23RepeatsOnlyTheBeginningOfALongBody() throws IOException {
        // A multi-byte character lies across byte 512; there the reference's process dies (section 14, defect 23).
        byte[] page = ("<html>" + "é".repeat(20_000)).getBytes(UTF_8);
        try (FakeService service = FakeService.doing(
                FakeService.answering("500 Oops", "", page), FakeService.answering("200 OK", "", page))) {
            failure(service).endsWith("returned 500 Internal Server Error: <html>" + "é".repeat(253));
            failure(service).contains("status=200 OK, body=<html>" + "é".repeat(253) + ": ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"300 x", "301 x", "302 x", "303 x", "307 x", "308 x"})
    void followsNoRedirect(String status) throws IOException {
        try (FakeService elsewhere = FakeService.doing(FakeService.answering(FakeService.ALLOWS));
                FakeService service = FakeService.doing(FakeService.answering(
                        status, "Location: " + elsewhere.url() + "\r\n", FakeService.ALLOWS.getBytes(UTF_8)))) {
            failure(service).contains("returned " + status.substring(0, 3)).contains("redirects are not followed");
            assertThat(elsewhere.requests()).isEmpty();
        }
    }

    static Stream<Arguments> noAnswers() throws IOException {
        ByteArrayOutputStream gzip = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(gzip)) {
            out.write(FakeService.ALLOWS.getBytes(UTF_8));
        }
        String head = "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n";
        return Stream.of(
                Arguments.of("hangs", FakeService.hanging(), "did not answer within 250 ms"),
                Arguments.of("closes", FakeService.sending(""), "closed the connection before its answer"),
                Arguments.of("closes in the head", FakeService.sending("HTTP/1.1 200 OK\r\nConte"), "HTTP/1.1"),
                Arguments.of("closes in the body", FakeService.sending(head + "{\"isAllowed\":true"), "closed"),
                Arguments.of(
                        "closes in a chunk",
                        FakeService.sending("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{"),
                        "broke off"),
                Arguments.of("stops in the body", stopping(head + "{\"isAllowed\":true"), "did not answer within"),
                Arguments.of("drips", dripping(), "did not answer within 250 ms"),
                Arguments.of("speaks no HTTP", FakeService.sending("SSH-2.0-OpenSSH_9.6\r\n"), "HTTP/1.1"),
                Arguments.of(
                        "sends endless lines", FakeService.sending("HTTP/1.1 200 " + "x".repeat(70_000)), "broke off"),
                Arguments.of(
                        "sends endless fields",
                        FakeService.sending("HTTP/1.1 200 OK\r\n" + "a: b\r\n".repeat(200) + "\r\n"),
                        "broke off"),
                Arguments.of(
                        "sends two lengths",
                        FakeService.sending("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n{}  "),
                        "HTTP/1.1"),
                Arguments.of(
                        "sends a length that is none",
                        FakeService.sending("HTTP/1.1 200 OK\r\nContent-Length: -3\r\n\r\n{}  "),
                        "HTTP/1.1"),
                Arguments.of(
                        "changes protocols",
                        FakeService.sending("HTTP/1.1 101 Switching Protocols\r\n\r\n"),
                        "HTTP/1.1"),
                Arguments.of(
                        "answers interim for ever",
                        FakeService.sending("HTTP/1.1 102 Processing\r\n\r\n".repeat(50)),
                        "HTTP/1.1"),
                Arguments.of("has no content", FakeService.answering("204 No Content", "", new byte[0]), "status=204"),
                Arguments.of("sends an empty body", FakeService.answering(""), "EOF while parsing"),
                Arguments.of("sends HTML", FakeService.answering("<!DOCTYPE html>"), "failed to decode response"),
                Arguments.of(
                        "compresses",
                        FakeService.answering("200 OK", "Content-Encoding: gzip\r\n", gzip.toByteArray()),
                        "content encoding gzip"),
                Arguments.of(
                        "compresses in secret",
                        FakeService.answering("200 OK", "", gzip.toByteArray()),
                        "stream did not contain valid UTF-8"),
                Arguments.of(
                        "sends 10 MiB",
                        FakeService.answering(FakeService.ALLOWS + " ".repeat(10 * 1024 * 1024)),
                        "longer than max_answer_bytes"),
                Arguments.of("sends chunks without end", chunking(), "longer than max_answer_bytes"),
                Arguments.of(
                        "leaves out a field",
                        FakeService.answering("{\"isAllowed\":true,\"reason\":\"\"}"),
                        "missing field `gatewayAppId` at line 1 column 30"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("noAnswers")
    void whateverIsNoAnswerIsNoDecision(String what, FakeService.Behaviour behaviour, String text) throws Exception {
        try (FakeService service = FakeService.doing(behaviour)) {
            failure(service).contains(service.url()).contains(text);
            service.awaitEnded(1);
            assertThat(service.connectionsOpen()).isZero();
        }
    }

    @Test
    void acceptsAnAnswerExactlyAsLongAsAllowed() throws IOException {
        int longest = WebhookSettings.DEFAULT_MAX_ANSWER_BYTES;
        String padded = FakeService.ALLOWS + " ".repeat(longest - FakeService.ALLOWS.length());
        try (FakeService service =
                FakeService.doing(FakeService.answering(padded), FakeService.answering(padded + " "))) {
            assertThat(decide(service)).isInstanceOf(Decision.Allow.class);
            failure(service).contains("longer than max_answer_bytes");
        }
    }

    @Test
    void saysThatNobodyListens() throws IOException {
        FakeService service = FakeService.doing(FakeService.hanging());
        service.close();
        failure(service)
                .isEqualTo("auth api " + service.url() + "/bootAuth/app could not be reached: connection refused");
    }

    @Test
    void saysThatTheHostIsNotKnown() {
        try (WebhookAuthorizer authorizer = Questions.authorizer(Questions.settings("http://kms.invalid:1"))) {
            assertThatThrownBy(() -> authorizer.authorize(Questions.app()))
                    .hasMessage("auth api http://kms.invalid:1/bootAuth/app could not be reached: its host name is"
                            + " not known");
        }
    }

    @Test
    void neverShowsThePassword() throws IOException {
        try (FakeService service = FakeService.doing(FakeService.answering("500 Oops", "", new byte[0]));
                WebhookAuthorizer authorizer = Questions.authorizer(
                        Questions.settings(service.url().replace("http://", "http://kms:s3cr3t@")))) {
            assertThatThrownBy(() -> authorizer.authorize(Questions.app()))
                    .hasStackTraceContaining("returned 500")
                    .satisfies(e -> assertThat(e.toString()).doesNotContain("s3cr3t"));
            assertThat(service.requests().getFirst()).contains("authorization: Basic ");
        }
    }

    /** Recorded with the reference: {@code transcripts/run-r1/122-webhook503-meta} and {@code 124-webhook-incomplete-meta}. */
    @Test
    void saysWhyTheAuthorityIsNotToBeHad() throws IOException {
        try (FakeService service = FakeService.doing(
                        FakeService.answering("503 x", "", "overloaded".getBytes(UTF_8)),
                        FakeService.answering("{\"isAllowed\":true}"));
                WebhookAuthorizer authorizer = Questions.authorizer(Questions.settings(service.url()))) {
            assertThatThrownBy(authorizer::authorityInfo)
                    .hasMessage("auth api " + service.url() + " returned 503 Service Unavailable: overloaded");
            assertThatThrownBy(authorizer::authorityInfo)
                    .hasMessage("failed to decode response from " + service.url()
                            + ", status=200 OK, body={\"isAllowed\":true}: missing field `status` at line 1 column 18");
        }
    }

    @Test
    void passesTheAuthorityOn() throws IOException {
        String info = "{\"status\":\"ok\",\"kmsContractAddr\":\"0x12\",\"ethRpcUrl\":\"\",\"gatewayAppId\":\"0x34\","
                + "\"chainId\":31337,\"appAuthImplementation\":\"0x56\",\"appImplementation\":\"0x56\"}";
        try (FakeService service = FakeService.doing(FakeService.answering(info));
                WebhookAuthorizer authorizer = Questions.authorizer(Questions.settings(service.url()))) {
            assertThat(authorizer.authorityInfo()).isEqualTo(new AuthorityInfo("0x34", "0x12", 31337L, "0x56"));
        }
    }

    private static FakeService.Behaviour stopping(String bytes) {
        return (connection, out) -> out.write(bytes.getBytes(UTF_8));
    }

    /** A byte at a time, each well within any read timeout, for as long as somebody reads. */
    private static FakeService.Behaviour dripping() {
        return (connection, out) -> {
            out.write("HTTP/1.1 200 OK\r\nX: ".getBytes(UTF_8));
            connection.setSoTimeout(20);
            while (true) {
                out.write('x');
                out.flush();
                try {
                    if (connection.getInputStream().read() < 0) {
                        return;
                    }
                } catch (SocketTimeoutException e) {
                    // The pause between two bytes.
                }
            }
        };
    }

    private static FakeService.Behaviour chunking() {
        return (connection, out) -> {
            out.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".getBytes(UTF_8));
            while (true) {
                out.write("1000\r\n".getBytes(UTF_8));
                out.write(" ".repeat(0x1000).getBytes(UTF_8));
                out.write("\r\n".getBytes(UTF_8));
            }
        };
    }

    private static Decision decide(FakeService service) {
        try (WebhookAuthorizer authorizer = Questions.authorizer(Questions.settings(service.url()))) {
            return authorizer.authorize(Questions.app());
        }
    }

    private static AbstractStringAssert<?> failure(FakeService service) {
        try (WebhookAuthorizer authorizer = Questions.authorizer(Questions.settings(service.url(), SHORT, null))) {
            return assertThatThrownBy(() -> authorizer.authorize(Questions.app()))
                    .isInstanceOfSatisfying(PluginException.class, e -> assertThat(e.kind())
                            .isEqualTo(PluginException.Kind.UNAVAILABLE))
                    .message();
        }
    }
}
