package dev.keywarden.plugin.webhook;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.keywarden.spi.AuthorityInfo;
import dev.keywarden.spi.AuthorizationRequest;
import dev.keywarden.spi.Authorizer;
import dev.keywarden.spi.Decision;
import dev.keywarden.spi.PluginException;
import dev.keywarden.spi.Subject;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Passes each question on to the service and its answer back; decides nothing itself and remembers nothing. */
final class WebhookAuthorizer implements Authorizer {
    static final String NAME = "webhook";

    private final Endpoint endpoint;
    private final WebhookClient client;
    private final BootInfoJson questions;
    private final AnswerReader answers;

    WebhookAuthorizer(WebhookSettings settings, WebhookClient client) {
        JsonFactory json = jsonFactory();
        this.endpoint = settings.endpoint();
        this.client = client;
        this.questions = new BootInfoJson(json, settings.wire());
        this.answers = new AnswerReader(json);
    }

    /** Refuses duplicate names, and does not remember names, which the service chooses. */
    static JsonFactory jsonFactory() {
        return JsonFactory.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .build();
    }

    @Override
    public String name() {
        return NAME;
    }

    /** @implSpec wire protocol, section 4.2 */
    @Override
    public Decision authorize(AuthorizationRequest request) {
        String question = path(request.subject());
        String url = endpoint.shown(question);
        HttpAnswer answer = ask(endpoint.post(question, questions.write(request.bootInfo())), url);
        AnswerReader.Verdict verdict = decode(answer, url, answers::verdict);
        Map<String, String> evidence = new HashMap<>(Map.of("url", url, "answer_sha256", sha256(answer.body())));
        if (!verdict.isAllowed()) {
            evidence.put("decided_by", "the service at " + url);
            evidence.put(
                    "to_allow",
                    "the service at " + url + " must answer isAllowed = true about this machine; its own reason says"
                            + " what it misses");
            return new Decision.Deny(List.of(new Decision.Reason("webhook.denied", verdict.reason())), evidence);
        }
        String gatewayAppId = verdict.gatewayAppId();
        return new Decision.Allow(
                gatewayAppId.isEmpty() ? null : gatewayAppId,
                new Decision.Reason("webhook.allowed", verdict.reason()),
                evidence);
    }

    /** @implSpec wire protocol, section 4.4 */
    @Override
    public AuthorityInfo authorityInfo() {
        String url = endpoint.shown();
        return decode(ask(endpoint.get(), url), url, answers::authority);
    }

    @Override
    public void close() {
        client.close();
    }

    private static String path(Subject subject) {
        return subject.isKms() ? "bootAuth/kms" : "bootAuth/app";
    }

    private HttpAnswer ask(byte[] request, String url) {
        try {
            return client.ask(request);
        } catch (NoAnswerException e) {
            throw unavailable("auth api " + url + " " + e.getMessage(), e);
        }
    }

    /** How one kind of answer is understood. */
    private interface Reading<T> {
        T read(String text) throws MalformedAnswerException;
    }

    private static <T> T decode(HttpAnswer answer, String url, Reading<T> reading) {
        if (answer.redirect()) {
            throw unavailable(
                    "auth api " + url + " returned " + answer.statusText()
                            + ": redirects are not followed; configure the URL it redirects to",
                    null);
        }
        if (!answer.successful()) {
            throw unavailable("auth api " + url + " returned " + answer.statusText() + ": " + answer.excerpt(), null);
        }
        try {
            if (answer.truncated()) {
                throw new MalformedAnswerException("longer than max_answer_bytes");
            }
            return reading.read(answer.text());
        } catch (MalformedAnswerException e) {
            throw unavailable(
                    "failed to decode response from " + url + ", status=" + answer.statusText() + ", body="
                            + answer.excerpt() + ": " + e.getMessage(),
                    e);
        }
    }

    private static PluginException unavailable(String message, @Nullable Throwable cause) {
        return new PluginException(PluginException.Kind.UNAVAILABLE, message, cause);
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
