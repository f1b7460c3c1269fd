package dev.keywarden.plugin.tdx.attester;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentLengthStrategy;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.DefaultContentLengthStrategy;
import org.apache.hc.core5.http.impl.io.ChunkedInputStream;
import org.apache.hc.core5.http.impl.io.ContentLengthInputStream;
import org.apache.hc.core5.http.impl.io.DefaultHttpResponseParser;
import org.apache.hc.core5.http.impl.io.IdentityInputStream;
import org.apache.hc.core5.http.impl.io.SessionInputBufferImpl;

/** One question to the guest agent and its answer: HTTP/1.1, one request a connection (wire protocol, section 11). */
final class AgentExchange {
    static final int MAX_ANSWER_BYTES = 1024 * 1024;

    private static final int OK = 200;
    private static final int BUFFER_BYTES = 8192;
    private static final Http1Config LIMITS = Http1Config.custom()
            .setMaxLineLength(BUFFER_BYTES)
            .setMaxHeaderCount(64)
            .build();

    private AgentExchange() {}

    /**
     * Calls a method.
     *
     * @param json the argument
     * @return the answer of status 200
     * @throws IOException if there was another, or none within the limit
     */
    static byte[] call(Wire wire, String method, String json) throws IOException {
        byte[] body = json.getBytes(UTF_8);
        OutputStream out = wire.out();
        out.write(("POST /" + method + "?json HTTP/1.1\r\nhost: dstack\r\naccept: */*\r\nconnection: close\r\n"
                        + "content-length: " + body.length + "\r\n\r\n")
                .getBytes(UTF_8));
        out.write(body);
        out.flush();
        try {
            return answer(wire.in(), method);
        } catch (HttpException e) {
            throw new IOException("it does not answer with HTTP: " + e.getMessage(), e);
        }
    }

    private static byte[] answer(InputStream in, String method) throws IOException, HttpException {
        SessionInputBufferImpl buffer = new SessionInputBufferImpl(BUFFER_BYTES);
        ClassicHttpResponse head = new DefaultHttpResponseParser(LIMITS).parse(buffer, in);
        if (head == null) {
            throw new IOException("it closed the connection without an answer");
        }
        if (head.getCode() != OK) {
            throw new IOException("Invalid status code: " + head.getCode() + ", path=" + method + "?json");
        }
        byte[] content = body(head, buffer, in).readNBytes(MAX_ANSWER_BYTES + 1);
        if (content.length > MAX_ANSWER_BYTES) {
            throw new IOException("its answer to " + method + " has more than " + MAX_ANSWER_BYTES + " bytes");
        }
        return content;
    }

    private static InputStream body(ClassicHttpResponse head, SessionInputBufferImpl buffer, InputStream in)
            throws HttpException {
        long length = DefaultContentLengthStrategy.INSTANCE.determineLength(head);
        if (length == ContentLengthStrategy.CHUNKED) {
            return new ChunkedInputStream(buffer, in, LIMITS);
        }
        return length >= 0 ? new ContentLengthInputStream(buffer, in, length) : new IdentityInputStream(buffer, in);
    }
}
