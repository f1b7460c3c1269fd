package dev.keywarden.plugin.rego;

import dev.keywarden.plugin.rego.engine.PolicyException;
import dev.keywarden.plugin.rego.engine.PolicyException.Code;
import dev.keywarden.plugin.rego.http.HttpAsker;
import dev.keywarden.plugin.rego.http.UnixAsker;
import dev.keywarden.plugin.rego.json.Json;
import dev.keywarden.plugin.rego.json.MalformedJsonException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A server of OPA that evaluates the policy.
 *
 * @implSpec openpolicyagent.org/docs/rest-api, "Get a Document (with Input)"
 */
final class OpaServer implements PolicySource {
    private static final int OK = 200;

    private final String shown;
    private final Transport transport;
    private final AutoCloseable closing;

    /** Brings a question to the server. */
    private interface Transport {
        UnixAsker.Answer post(byte[] body, Duration timeout) throws IOException, InterruptedException;
    }

    private OpaServer(String shown, Transport transport, AutoCloseable closing) {
        this.shown = shown;
        this.transport = transport;
        this.closing = closing;
    }

    /** A server that is reached over HTTP. */
    static OpaServer over(HttpAsker asker, URI url, String entrypoint, int maxBytes) {
        URI document = URI.create(url.toString().replaceAll("/+$", "") + path(entrypoint));
        return new OpaServer(
                HttpAsker.shown(url),
                (body, timeout) -> {
                    HttpRequest.Builder request = HttpRequest.newBuilder(document)
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
                    HttpResponse<byte[]> answer = asker.ask(request, timeout, maxBytes);
                    return new UnixAsker.Answer(answer.statusCode(), answer.body());
                },
                asker);
    }

    /** A server that is reached through a Unix socket. */
    static OpaServer behind(Path socket, String entrypoint, int maxBytes) {
        UnixAsker asker = new UnixAsker(socket);
        return new OpaServer(
                "unix://" + socket, (body, timeout) -> asker.post(path(entrypoint), body, timeout, maxBytes), () -> {});
    }

    private static String path(String entrypoint) {
        return "/v1/data/" + entrypoint;
    }

    @Override
    public byte[] evaluate(byte[] input, Duration budget, Map<String, String> evidence)
            throws PolicyException, InterruptedException {
        evidence.put("opa", shown);
        UnixAsker.Answer answer;
        try {
            answer = transport.post(wrap(input), budget);
        } catch (IOException e) {
            throw failed("gave no answer: " + e.getMessage(), e);
        }
        if (answer.status() != OK) {
            throw failed("answered with status " + answer.status(), null);
        }
        return result(answer.body(), evidence);
    }

    /** Puts the input where the server looks for it. */
    private static byte[] wrap(byte[] input) {
        byte[] before = {'{', '"', 'i', 'n', 'p', 'u', 't', '"', ':'};
        byte[] body = new byte[before.length + input.length + 1];
        System.arraycopy(before, 0, body, 0, before.length);
        System.arraycopy(input, 0, body, before.length, input.length);
        body[body.length - 1] = '}';
        return body;
    }

    private byte[] result(byte[] body, Map<String, String> evidence) throws PolicyException {
        Object answer;
        try {
            answer = Json.parse(body);
        } catch (MalformedJsonException e) {
            throw failed("gave an answer that is no JSON: " + e.getMessage(), e);
        }
        if (!(answer instanceof Map<?, ?> object)) {
            throw failed("gave an answer that is no object", null);
        }
        if (object.get("decision_id") instanceof String id) {
            evidence.put("decision_id", id.length() > 100 ? id.substring(0, 100) : id);
        }
        if (!object.containsKey("result")) {
            throw new PolicyException(Code.UNDEFINED, "says nothing about this question");
        }
        return Json.write(object.get("result"));
    }

    private PolicyException failed(String problem, @Nullable Exception cause) {
        return new PolicyException(Code.SERVER_FAILED, "OPA at " + shown + " " + problem, cause);
    }

    @Override
    public void close() {
        try {
            closing.close();
        } catch (Exception e) {
            throw new IllegalStateException("closing a client does not fail", e);
        }
    }
}
