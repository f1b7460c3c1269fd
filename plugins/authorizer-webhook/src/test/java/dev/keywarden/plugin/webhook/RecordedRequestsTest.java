package dev.keywarden.plugin.webhook;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.keywarden.spi.BootInfo;
import dev.keywarden.spi.Bytes;
import dev.keywarden.spi.Subject;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The requests that the reference implementation sent to its webhook, recorded from the running programs (dstack-kms 0.5.8
 * and 0.6.0): for the same boot info every byte of head and body is the same here, the port apart.
 */
final class RecordedRequestsTest {
    private static final String DISALLOWS = "{\"isAllowed\":false,\"gatewayAppId\":\"\",\"reason\":\"no\"}";

    static Stream<Arguments> questions() throws IOException {
        return Stream.concat(recorded("r1"), recorded("r2"));
    }

    private static Stream<Arguments> recorded(String revision) throws IOException {
        Wire wire = revision.equals("r1") ? Wire.R1 : Wire.R2;
        List<JsonNode> posts = requests(revision).stream()
                .filter(request -> request.path("method").asText().equals("POST"))
                .toList();
        return posts.stream()
                .map(request -> Arguments.of(Named.of(revision + " request " + posts.indexOf(request), request), wire));
    }

    @ParameterizedTest
    @MethodSource("questions")
    void defect39TellsThePlatformAndAsksByteForByteLikeTheReference(JsonNode recorded, Wire wire) throws IOException {
        JsonNode body = new ObjectMapper().readTree(recorded.path("body").asText());
        if (hasFieldOfAnotherWidth(body)) {
            // The reference asked about these; here such boot info can't exist (wire protocol, section 14, defect 20).
            assertThatThrownBy(() -> bootInfo(body, wire)).isInstanceOf(IllegalArgumentException.class);
            return;
        }
        String url = recorded.path("url").asText();
        Subject subject = url.equals("/bootAuth/app") ? Subject.APP : Subject.PEER_KMS;
        try (FakeService service = FakeService.doing(FakeService.answering(DISALLOWS));
                WebhookAuthorizer authorizer = authorizer(service, wire)) {
            authorizer.authorize(Questions.of(subject, bootInfo(body, wire)));

            assertThat(service.requests()).containsExactly(expected(recorded, service.port()));
        }
    }

    @Test
    void asksForTheAuthorityByteForByteLikeTheReference() throws IOException {
        for (String revision : List.of("r1", "r2")) {
            JsonNode recorded = requests(revision).stream()
                    .filter(request -> request.path("method").asText().equals("GET"))
                    .findFirst()
                    .orElseThrow();
            String info = "{\"status\":\"ok\",\"kmsContractAddr\":\"0x12\",\"gatewayAppId\":\"\",\"chainId\":1,"
                    + "\"appImplementation\":\"0x34\"}";
            try (FakeService service = FakeService.doing(FakeService.answering(info));
                    WebhookAuthorizer authorizer = authorizer(service, revision.equals("r1") ? Wire.R1 : Wire.R2)) {
                authorizer.authorityInfo();

                assertThat(service.requests()).containsExactly(expected(recorded, service.port()));
            }
        }
    }

    @Test
    void thisMachineIsAskedAboutAsAKms() throws IOException {
        try (FakeService service = FakeService.doing(FakeService.answering(DISALLOWS));
                WebhookAuthorizer authorizer = authorizer(service, Wire.R1)) {
            authorizer.authorize(Questions.of(Subject.SELF, Questions.bootInfo()));

            assertThat(service.requests().getFirst()).startsWith("POST /bootAuth/kms HTTP/1.1\r\n");
        }
    }

    private static WebhookAuthorizer authorizer(FakeService service, Wire wire) {
        return Questions.authorizer(new WebhookSettings(service.url(), null, null, null, null, wire, null));
    }

    private static String expected(JsonNode recorded, int port) {
        StringBuilder head = new StringBuilder(recorded.path("method").asText())
                .append(' ')
                .append(recorded.path("url").asText())
                .append(" HTTP/1.1\r\n");
        List<String> fields = StreamSupport.stream(recorded.path("rawHeaders").spliterator(), false)
                .map(JsonNode::asText)
                .toList();
        for (int i = 0; i < fields.size(); i += 2) {
            String value = fields.get(i).equals("host") ? "127.0.0.1:" + port : fields.get(i + 1);
            head.append(fields.get(i)).append(": ").append(value).append("\r\n");
        }
        byte[] body = Bytes.fromHex(recorded.path("body_hex").asText()).toArray();
        return head.append("\r\n").append(new String(body, ISO_8859_1)).toString();
    }

    private static boolean hasFieldOfAnotherWidth(JsonNode body) {
        int image = hex(body, "osImageHash").length();
        int instance = hex(body, "instanceId").length();
        return hex(body, "appId").length() != 20 || (image != 0 && image != 32) || (instance != 0 && instance != 20);
    }

    private static BootInfo bootInfo(JsonNode body, Wire wire) {
        List<String> advisories = new ArrayList<>();
        body.path("advisoryIds").forEach(advisory -> advisories.add(advisory.asText()));
        return new BootInfo(
                body.path(wire.platformField()).asText(),
                hex(body, "mrAggregated"),
                hex(body, "mrSystem"),
                hex(body, "osImageHash"),
                hex(body, "appId"),
                hex(body, "composeHash"),
                hex(body, "instanceId"),
                hex(body, "deviceId"),
                hex(body, "keyProviderInfo"),
                body.path("tcbStatus").asText(),
                advisories);
    }

    private static Bytes hex(JsonNode body, String field) {
        return Bytes.fromHex(body.path(field).asText());
    }

    private static List<JsonNode> requests(String revision) throws IOException {
        try (InputStream file = Objects.requireNonNull(
                RecordedRequestsTest.class.getResourceAsStream("/dstack/webhook-requests-" + revision + ".json"))) {
            List<JsonNode> requests = new ArrayList<>();
            new ObjectMapper().readTree(file).forEach(requests::add);
            return requests;
        }
    }
}
