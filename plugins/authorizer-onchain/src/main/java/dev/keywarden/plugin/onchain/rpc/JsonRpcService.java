package dev.keywarden.plugin.onchain.rpc;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.ResponseBody;
import org.jspecify.annotations.Nullable;
import org.web3j.protocol.Service;

/** Web3j's way to a provider, with a bound on what is read and with faults that can be told apart. */
final class JsonRpcService extends Service {
    private static final MediaType JSON = MediaType.get("application/json");
    private static final int TOO_MANY_REQUESTS = 429;
    /** Whoever asks for a longer rest is asked again after this one. */
    private static final long LONGEST_REST_SECONDS = 60;

    private final Endpoint endpoint;
    private final OkHttpClient client;
    private final int maxAnswerBytes;

    JsonRpcService(Endpoint endpoint, OkHttpClient client, int maxAnswerBytes) {
        super(false);
        this.endpoint = endpoint;
        this.client = client;
        this.maxAnswerBytes = maxAnswerBytes;
    }

    /** Carries a fault through Web3j. */
    static final class FaultException extends IOException {
        private static final long serialVersionUID = 1L;

        private final transient ProviderFault fault;
        private final long restSeconds;

        FaultException(ProviderFault fault, long restSeconds) {
            super(fault.getMessage());
            this.fault = fault;
            this.restSeconds = restSeconds;
        }

        ProviderFault fault() {
            return fault;
        }

        /** How long the provider wants to be left alone; 0 if it does not say. */
        long restSeconds() {
            return restSeconds;
        }
    }

    @Override
    protected InputStream performIO(String payload) throws IOException {
        Request.Builder request = new Request.Builder()
                .url(endpoint.url())
                .header("Accept-Encoding", "identity")
                .post(RequestBody.create(payload, JSON));
        String authorization = endpoint.authorization();
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        try (Response response = client.newCall(request.build()).execute()) {
            if (response.code() != 200) {
                throw status(response);
            }
            ResponseBody body = response.body();
            byte[] bytes = body == null ? new byte[0] : body.byteStream().readNBytes(maxAnswerBytes + 1);
            if (bytes.length > maxAnswerBytes) {
                throw new FaultException(
                        new ProviderFault(
                                ProviderFault.Kind.TOO_LARGE,
                                "sent more than " + maxAnswerBytes + " bytes (max_answer_bytes)"),
                        0);
            }
            return new ByteArrayInputStream(bytes);
        }
    }

    private static FaultException status(Response response) {
        int code = response.code();
        if (code != TOO_MANY_REQUESTS) {
            return new FaultException(
                    new ProviderFault(ProviderFault.Kind.HTTP_STATUS, "answered with HTTP status " + code), 0);
        }
        long rest = seconds(response.header("Retry-After"));
        return new FaultException(
                new ProviderFault(
                        ProviderFault.Kind.RATE_LIMITED,
                        "asks for fewer questions (HTTP status 429"
                                + (rest > 0 ? "), and is left alone for " + rest + " s" : ")")),
                rest);
    }

    private static long seconds(@Nullable String retryAfter) {
        try {
            return retryAfter == null ? 0 : Math.clamp(Long.parseLong(retryAfter.strip()), 0, LONGEST_REST_SECONDS);
        } catch (NumberFormatException e) {
            // A date, or nonsense: the next question will tell.
            return 0;
        }
    }

    @Override
    public void close() {
        client.connectionPool().evictAll();
    }
}
