package dev.keywarden.plugin.allowlist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.keywarden.files.FileStamp;
import dev.keywarden.spi.AuthorityInfo;
import dev.keywarden.spi.BootInfo;
import dev.keywarden.spi.Bytes;
import dev.keywarden.spi.Decision;
import dev.keywarden.spi.PluginException;
import dev.keywarden.spi.Subject;
import dev.keywarden.testkit.LogCapture;
import dev.keywarden.testkit.Requests;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every recorded question to the reference's file-backed policy service (dstack 0.6.0), asked here with the same file.
 * Where the answer differs, it is stricter, and the case is named below with the reason.
 */
final class RecordedServiceTest {
    /** Files that the reference takes for empty or takes piece by piece; here they are broken and deny with that reason. */
    private static final Map<String, String> BROKEN_HERE = Map.of(
            "missing", "does not exist",
            "invalidJson", "is broken: line 1, column 15: ",
            "invalidType", "osImages must be a list of hex strings",
            "nullKms", "kms must be an object",
            "unknownKeys", "the file has no key \"unknown\"",
            "emptyStringEntries", "osImages[0] is empty",
            "twoSpellings", "apps lists 2222222222222222222222222222222222222222 more than once");

    /** An empty list of devices allows none here (wire protocol, section 14, defect 3). */
    private static final Set<String> EMPTY_DEVICE_LISTS =
            Set.of("kms empty device list lets any device in", "app empty device list lets any device in");

    private final Path folder;

    RecordedServiceTest(@TempDir Path folder) {
        this.folder = folder;
    }

    /** @param config the text of the file, or null if there is none */
    record Case(
            String name,
            String configName,
            @Nullable String config,
            String method,
            String path,
            JsonNode request,
            JsonNode response) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> questions() throws IOException {
        return cases().filter(recorded -> recorded.method.equals("POST")
                && recorded.response.path("status").asInt() == 200);
    }

    static Stream<Case> malformedQuestions() throws IOException {
        return cases().filter(recorded -> recorded.method.equals("POST")
                && recorded.response.path("status").asInt() == 400);
    }

    static Stream<Case> authorities() throws IOException {
        return cases().filter(recorded -> recorded.method.equals("GET"));
    }

    @Test
    void everyRecordedCaseIsOneOfThese() throws IOException {
        long routing = cases().filter(
                        recorded -> recorded.response.path("status").asInt() == 404)
                .count();
        assertThat(questions().count()
                        + malformedQuestions().count()
                        + authorities().count()
                        + routing)
                .isEqualTo(cases().count())
                .isEqualTo(67);
        // The others are about the paths of an HTTP service.
        assertThat(routing).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("questions")
    void decidesLikeTheReferenceOrStricter(Case recorded) throws IOException {
        JsonNode body =
                new ObjectMapper().readTree(recorded.request.path("body").asText());
        if (hasFieldOfAnotherWidth(body)) {
            assertThat(recorded.configName).isIn("emptyStringEntries", "full");
            assertThatThrownBy(() -> bootInfo(body)).isInstanceOf(IllegalArgumentException.class);
            return;
        }
        Subject subject = recorded.path.endsWith("/app") ? Subject.APP : Subject.PEER_KMS;
        Decision decision = authorizer(recorded).authorize(Requests.about(subject, bootInfo(body)));

        JsonNode answer = recorded.response.path("json");
        String broken = BROKEN_HERE.get(recorded.configName);
        if (broken != null) {
            assertThat(message(decision)).contains("allowlist.json").contains(broken);
        } else if (EMPTY_DEVICE_LISTS.contains(recorded.name)) {
            assertThat(message(decision)).endsWith("is not allowed to boot on this device");
        } else if (answer.path("isAllowed").asBoolean()) {
            assertThat(decision).isInstanceOfSatisfying(Decision.Allow.class, allow -> {
                assertThat(allow.gatewayAppId())
                        .isEqualTo(answer.path("gatewayAppId").asText());
                assertThat(allow.reason().message())
                        .isEqualTo(answer.path("reason").asText());
            });
        } else {
            assertThat(message(decision)).isEqualTo(answer.path("reason").asText());
        }
    }

    /** The reference answers 400; here boot info of this kind can't be made, so that the question is never asked. */
    @ParameterizedTest
    @MethodSource("malformedQuestions")
    void neverComesToAMalformedQuestion(Case recorded) {
        assertThatThrownBy(() -> bootInfo(new ObjectMapper()
                        .readTree(recorded.request.path("body").asText())))
                .isInstanceOf(Exception.class);
    }

    @ParameterizedTest
    @MethodSource("authorities")
    void showsTheSameAuthority(Case recorded) throws IOException {
        AllowlistAuthorizer authorizer = authorizer(recorded);
        String broken = BROKEN_HERE.get(recorded.configName);
        if (broken != null) {
            assertThatThrownBy(authorizer::authorityInfo)
                    .isInstanceOf(PluginException.class)
                    .hasMessageContaining(broken);
            return;
        }
        JsonNode answer = recorded.response.path("json");
        assertThat(authorizer.authorityInfo())
                .isEqualTo(new AuthorityInfo(
                        answer.path("gatewayAppId").asText(),
                        answer.path("kmsContractAddr").asText(),
                        answer.path("chainId").asLong(),
                        answer.path("appImplementation").asText()));
    }

    private AllowlistAuthorizer authorizer(Case recorded) throws IOException {
        Path file = folder.resolve("allowlist.json");
        if (recorded.config != null) {
            Files.writeString(file, recorded.config);
        }
        return new AllowlistAuthorizer(
                new AllowlistFile(file, new LogCapture("allowlist"), FileStamp::of, System::nanoTime));
    }

    private static String message(Decision decision) {
        assertThat(decision).isInstanceOf(Decision.Deny.class);
        return ((Decision.Deny) decision).reasons().getFirst().message();
    }

    private static boolean hasFieldOfAnotherWidth(JsonNode body) {
        return Stream.of("mrAggregated", "osImageHash", "composeHash", "deviceId")
                        .anyMatch(field -> bytes(body, field).length() != 32)
                || bytes(body, "appId").length() != 20;
    }

    private static BootInfo bootInfo(JsonNode body) {
        List<String> advisories = new ArrayList<>();
        for (JsonNode advisory : body.path("advisoryIds")) {
            if (!advisory.isTextual()) {
                throw new IllegalArgumentException("advisories are strings");
            }
            advisories.add(advisory.asText());
        }
        JsonNode status = body.path("tcbStatus");
        if (!status.isTextual() && !status.isMissingNode()) {
            throw new IllegalArgumentException("the status is a string");
        }
        return new BootInfo(
                body.path("teeVariant").asText(),
                bytes(body, "mrAggregated"),
                bytes(body, "mrSystem"),
                requireText(body, "osImageHash"),
                bytes(body, "appId"),
                bytes(body, "composeHash"),
                requireText(body, "instanceId"),
                bytes(body, "deviceId"),
                Bytes.EMPTY,
                status.asText(),
                advisories);
    }

    private static Bytes requireText(JsonNode body, String field) {
        if (!body.path(field).isTextual()) {
            throw new IllegalArgumentException(field + " is a string");
        }
        return bytes(body, field);
    }

    private static Bytes bytes(JsonNode body, String field) {
        String text = body.path(field).asText();
        return Bytes.fromHex(text.startsWith("0x") ? text.substring(2) : text);
    }

    private static Stream<Case> cases() throws IOException {
        try (InputStream file =
                Objects.requireNonNull(RecordedServiceTest.class.getResourceAsStream("/dstack/auth-simple.json"))) {
            JsonNode recording = new ObjectMapper().readTree(file);
            List<Case> cases = new ArrayList<>();
            for (JsonNode recorded : recording.path("cases")) {
                String configName = recorded.path("config").asText();
                cases.add(new Case(
                        recorded.path("name").asText(),
                        configName,
                        config(recording.path("configs").path(configName)),
                        recorded.path("request").path("method").asText(),
                        recorded.path("request").path("path").asText(),
                        recorded.path("request"),
                        recorded.path("response")));
            }
            return cases.stream();
        }
    }

    private static @Nullable String config(JsonNode config) {
        if (config.has("text")) {
            return config.path("text").asText();
        }
        return config.path("json") instanceof ObjectNode json ? json.toString() : null;
    }
}
