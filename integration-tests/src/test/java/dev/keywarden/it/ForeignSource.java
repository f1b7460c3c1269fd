package dev.keywarden.it;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * A source KMS that is not the reference, as the reference's own receivers met it: it writes every byte of its answers itself, so
 * that it can leave out what a library would add.
 */
final class ForeignSource implements AutoCloseable {
    private final ServerSocket listener;
    private final SSLContext tls;
    private final Manner manner;
    private final Map<String, Answer> answers;
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    /** How an answer ends. */
    enum Ending {
        LENGTH,
        CHUNKED,
        CLOSED_WITH_NOTIFY,
        CLOSED_WITHOUT
    }

    /**
     * What can differ beside the answers.
     *
     * @param typed whether answers name their content type
     * @param ending of every answer
     * @param alpn protocols it knows, none for no extension at all
     * @param asksForCertificate whether it asks clients for one
     * @param protocols of TLS
     */
    record Manner(boolean typed, Ending ending, List<String> alpn, boolean asksForCertificate, List<String> protocols) {
        static final Manner PLAIN =
                new Manner(true, Ending.LENGTH, List.of("http/1.1"), true, List.of("TLSv1.2", "TLSv1.3"));

        /** As the recording says; what it does not say is as usual. */
        static Manner of(JsonNode options) {
            return new Manner(
                    options.path("ctype").asBoolean(true),
                    options.path("chunked").asBoolean() ? Ending.CHUNKED : closing(options),
                    List.of("http/1.1"),
                    options.path("clientauth").asBoolean(true),
                    PLAIN.protocols);
        }

        private static Ending closing(JsonNode options) {
            return options.path("close").asBoolean() ? Ending.CLOSED_WITHOUT : Ending.LENGTH;
        }

        Manner ending(Ending other) {
            return new Manner(typed, other, alpn, asksForCertificate, protocols);
        }

        Manner speaking(String... other) {
            return new Manner(typed, ending, List.of(other), asksForCertificate, protocols);
        }

        Manner protocol(String other) {
            return new Manner(typed, ending, alpn, asksForCertificate, List.of(other));
        }
    }

    /** @param status as {@code 200 OK} */
    record Answer(String status, String body) {}

    /** @param answers by method; what is missing is answered with status 404 */
    ForeignSource(RawTls.ClientIdentity shown, Manner manner, Map<String, Answer> answers) {
        this.tls = RawTls.serverContext(shown);
        this.manner = manner;
        this.answers = answers;
        try {
            listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.execute(this::accept);
    }

    String url() {
        return "https://127.0.0.1:" + listener.getLocalPort();
    }

    /** The methods that were called. */
    List<String> asked() {
        return List.copyOf(asked);
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                threads.execute(() -> serve(client));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            SSLSocket secured = (SSLSocket) tls.getSocketFactory().createSocket(client, null, client.getPort(), false);
            secured.setUseClientMode(false);
            SSLParameters parameters = secured.getSSLParameters();
            parameters.setApplicationProtocols(manner.alpn.toArray(String[]::new));
            parameters.setProtocols(manner.protocols.toArray(String[]::new));
            parameters.setWantClientAuth(manner.asksForCertificate);
            secured.setSSLParameters(parameters);
            String method = request(secured.getInputStream());
            while (!method.isEmpty()) {
                asked.add(method);
                answer(secured, answers.getOrDefault(method, new Answer("404 Not Found", "")));
                if (manner.ending == Ending.CLOSED_WITH_NOTIFY) {
                    secured.close();
                }
                if (manner.ending.name().startsWith("CLOSED")) {
                    return;
                }
                method = request(secured.getInputStream());
            }
        } catch (IOException e) {
            // The receiver hung up, which is its right.
        }
    }

    /** Reads a request; returns its method, empty at the end of the connection. */
    private static String request(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                return "";
            }
            head.write(next);
        }
        String text = head.toString(StandardCharsets.ISO_8859_1);
        String length = new RawTls.Response(text.strip(), new byte[0]).header("content-length");
        in.readNBytes(length.isEmpty() ? 0 : Integer.parseInt(length));
        return text.substring(text.indexOf("/prpc/") + "/prpc/".length(), text.indexOf("?json"));
    }

    private void answer(SSLSocket to, Answer answer) throws IOException {
        byte[] body = answer.body.getBytes(StandardCharsets.UTF_8);
        StringBuilder head = new StringBuilder("HTTP/1.1 " + answer.status + "\r\n");
        if (manner.typed) {
            head.append("content-type: application/json\r\n");
        }
        if (answer.status.startsWith("302")) {
            head.append("location: ").append(url()).append("/prpc/GetMeta?json\r\n");
        }
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        switch (manner.ending) {
            case LENGTH -> head.append("content-length: ").append(body.length).append("\r\n\r\n");
            case CHUNKED ->
                head.append("transfer-encoding: chunked\r\n\r\n")
                        .append(HexFormat.of().toHexDigits(body.length))
                        .append("\r\n");
            case CLOSED_WITH_NOTIFY, CLOSED_WITHOUT -> head.append("connection: close\r\n\r\n");
        }
        message.writeBytes(head.toString().getBytes(StandardCharsets.ISO_8859_1));
        message.writeBytes(body);
        if (manner.ending == Ending.CHUNKED) {
            message.writeBytes("\r\n0\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
        }
        to.getOutputStream().write(message.toByteArray());
        to.getOutputStream().flush();
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            threads.shutdownNow();
        }
    }
}
