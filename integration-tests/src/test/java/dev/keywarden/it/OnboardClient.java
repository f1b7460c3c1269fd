package dev.keywarden.it;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** A person at the onboarding listener, with nothing but an HTTP client. */
final class OnboardClient {
    private static final Duration LIMIT = Duration.ofSeconds(90);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String url;

    OnboardClient(String url) {
        this.url = url;
    }

    /** An answer in JSON. */
    record Answer(int status, String body) {
        JsonNode json() {
            return Recordings.json(body);
        }

        /** The text of a refusal. */
        String error() {
            return json().path("error").asText();
        }
    }

    Answer bootstrap(String domain) {
        return post("Bootstrap", Recordings.JSON.createObjectNode().put("domain", domain));
    }

    Answer onboard(String source, String domain) {
        return post(
                "Onboard",
                Recordings.JSON.createObjectNode().put("source_url", source).put("domain", domain));
    }

    JsonNode attestationInfo() {
        return post("GetAttestationInfo", Recordings.JSON.createObjectNode()).json();
    }

    String finish() {
        return send(HttpRequest.newBuilder(URI.create(url + "/finish")).GET()).body();
    }

    /** As {@link #finish()}, by the call instead of the page. */
    Answer finishByRpc() {
        return post("Finish", Recordings.JSON.createObjectNode());
    }

    private Answer post(String method, JsonNode body) {
        return send(HttpRequest.newBuilder(URI.create(url + "/prpc/Onboard." + method + "?json"))
                .POST(HttpRequest.BodyPublishers.ofString(body.toString())));
    }

    private Answer send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response =
                    http.send(request.timeout(LIMIT).build(), HttpResponse.BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
