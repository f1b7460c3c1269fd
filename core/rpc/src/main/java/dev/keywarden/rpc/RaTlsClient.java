package dev.keywarden.rpc;

import com.google.protobuf.Message;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * Calls a key management service as guests and other nodes do (wire-protocol.md, sections 10.3 and 16): HTTPS, no redirects,
 * no proxy, a bounded answer, one deadline for the whole call.
 *
 * <p>There are three ways to trust a server. A first contact accepts whatever certificate it shows and hands it to the caller,
 * who decides by the evidence in it or asks for nothing that needs trust. A further contact trusts that one's key, or one authority, the
 * service's own: the system's roots are off, the name must match, and the certificate must be meant for this ({@code
 * kms:rpc}); a server that is not is left before a request is sent to it.
 *
 * <p>Thread-safe. Connections are kept open between calls until {@link #close()}.
 */
public final class RaTlsClient implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final String PRPC = "/prpc";

    private final String base;
    private final boolean json;
    private final HttpClient http;
    private final HttpExchange exchange;

    private RaTlsClient(Builder builder) {
        this.base = builder.base;
        this.json = builder.json;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .proxy(HttpClient.Builder.NO_PROXY)
                .connectTimeout(builder.connectTimeout)
                .sslContext(ClientTls.context(Objects.requireNonNull(builder.trust), builder.identity))
                .sslParameters(ClientTls.parameters())
                .build();
        this.exchange = new HttpExchange(http, builder.deadline);
    }

    /**
     * Starts a client.
     *
     * @param url where the service is; slashes at its end are dropped, and {@code /prpc} is added unless it is there
     * @throws RpcException if that is not an {@code https} address
     */
    public static Builder to(String url) {
        return new Builder(baseOf(url));
    }

    /**
     * An answer and who gave it.
     *
     * @param server the certificate that the server showed and proved to own
     */
    public record Answer<A extends Message>(A message, X509Certificate server) {}

    /**
     * Calls a method.
     *
     * @param answer any instance of the message that is expected
     * @throws RpcException with a text for people if there was no such answer within the deadline
     */
    public <Q extends Message, A extends Message> Answer<A> call(String method, Q request, A answer) {
        URI target = URI.create(base + '/' + method + (json ? "?json" : ""));
        HttpResponse<byte[]> response =
                exchange.send(target, HttpRequest.newBuilder().POST(BodyPublishers.ofByteArray(encoded(request))));
        if (response.statusCode() / 100 != 2) {
            throw new RpcException(
                    RpcException.wrapped(response.statusCode(), new String(response.body(), StandardCharsets.UTF_8)));
        }
        return new Answer<>(decoded(response.body(), answer), serverCertificate(response));
    }

    /** Drops the connections; calls that are running fail. */
    @Override
    public void close() {
        http.shutdownNow();
    }

    private <Q extends Message> byte[] encoded(Q request) {
        return json ? JsonCodec.of(request).encode(request) : request.toByteArray();
    }

    private <A extends Message> A decoded(byte[] body, A answer) {
        if (json && body.length == 0) {
            throw new RpcException("Failed to deserialize response: it is empty");
        }
        try {
            return json
                    ? JsonCodec.of(answer).decode(body)
                    : ProtobufCodec.of(answer).decode(body);
        } catch (RpcException e) {
            throw e.within("Failed to deserialize response");
        }
    }

    private static X509Certificate serverCertificate(HttpResponse<?> response) {
        try {
            Optional<SSLSession> session = response.sslSession();
            Certificate[] chain =
                    session.isEmpty() ? new Certificate[0] : session.get().getPeerCertificates();
            if (chain.length > 0 && chain[0] instanceof X509Certificate leaf) {
                return leaf;
            }
        } catch (SSLPeerUnverifiedException e) {
            throw new RpcException("Missing server cert", e);
        }
        throw new RpcException("Missing server cert");
    }

    private static String baseOf(String url) {
        String trimmed = url.replaceAll("/+$", "");
        try {
            URI uri = new URI(trimmed);
            if (!"https".equalsIgnoreCase(uri.getScheme()) || uri.getHost() == null || uri.getRawQuery() != null) {
                throw new RpcException("Failed to send request: " + url + " is not an address like https://host:8000");
            }
        } catch (URISyntaxException e) {
            throw new RpcException("Failed to send request: " + url + " is not an address like https://host:8000", e);
        }
        return trimmed.endsWith(PRPC) ? trimmed : trimmed + PRPC;
    }

    /** Settings of a client; whom to trust must be said. */
    public static final class Builder {
        private final String base;
        private ClientTls.@Nullable Trust trust;
        private ClientTls.@Nullable Identity identity;
        private boolean json = true;
        private Duration connectTimeout = CONNECT_TIMEOUT;
        private Duration deadline = DEADLINE;

        private Builder(String base) {
            this.base = base;
        }

        /** Accepts any server. Nothing that comes back is trustworthy until the caller has verified its certificate. */
        public Builder trustingUnverifiedServer() {
            trust = new ClientTls.Trust.Anyone();
            return this;
        }

        /**
         * Accepts only the server that was met before: whoever proves to own the key of this certificate.
         *
         * @param met as {@link Answer#server()} of a first contact, verified by the caller
         */
        public Builder trustingKeyOf(X509Certificate met) {
            trust = new ClientTls.Trust.Key(met.getPublicKey());
            return this;
        }

        /**
         * Accepts servers under one authority only.
         *
         * @param caPem its certificate as PEM, as {@code ca_cert} of the service's answers
         * @throws RpcException if that is not one certificate
         */
        public Builder trustingOnly(String caPem) {
            try {
                trust = new ClientTls.Trust.Authority((X509Certificate) CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(caPem.getBytes(StandardCharsets.US_ASCII))));
            } catch (CertificateException e) {
                throw new RpcException("The CA certificate to trust can't be read: " + e.getMessage(), e);
            }
            return this;
        }

        /** Presents a certificate to every server that asks for one, whatever issuers it names. */
        public Builder presenting(List<X509Certificate> chain, PrivateKey key) {
            identity = new ClientTls.Identity(List.copyOf(chain), key);
            return this;
        }

        /** Speaks protobuf instead of JSON. */
        public Builder protobuf() {
            json = false;
            return this;
        }

        /** How long a connection may take to be made; 5 s unless set. */
        public Builder connectTimeout(Duration timeout) {
            connectTimeout = Objects.requireNonNull(timeout);
            return this;
        }

        /** How long a call may take, from the first byte sent to the last one received; 60 s unless set. */
        public Builder deadline(Duration whole) {
            deadline = Objects.requireNonNull(whole);
            return this;
        }

        /**
         * The finished client.
         *
         * @throws IllegalStateException if nobody said whom to trust
         */
        public RaTlsClient build() {
            if (trust == null) {
                throw new IllegalStateException(
                        "Say whom to trust: trustingOnly, trustingKeyOf or trustingUnverifiedServer");
            }
            return new RaTlsClient(this);
        }
    }
}
