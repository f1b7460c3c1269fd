package dev.keywarden.rpc;

import dev.keywarden.rpc.proto.JsonError;
import java.io.Serial;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A failure whose text the caller may read.
 *
 * <p>The text is the whole chain of contexts joined with {@code ": "}, outermost first, for example {@code App not allowed:
 * No attestation provided} (wire-protocol.md, section 1.4). It carries no secret, no evidence bytes and no stack trace.
 * Being a denied request is ordinary, so no stack trace is recorded either; what an operator needs is in the cause.
 */
public final class RpcException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private static final int MAX_BODY_CHARS = 4096;
    private static final String WRAPPED = "Request failed with status=";
    private static final String BODY = ", error=";

    /** A failure with its full text. */
    public RpcException(String text) {
        this(text, null);
    }

    /** A failure with its full text and what led to it; the cause is for the operator and never reaches the caller. */
    public RpcException(String text, @Nullable Throwable cause) {
        super(Objects.requireNonNull(text, "text"), cause, false, false);
    }

    /** The same failure seen from one step further out: {@code context: text}. */
    public RpcException within(String context) {
        return new RpcException(context + ": " + text(), getCause());
    }

    /** The full text. */
    public String text() {
        return Objects.requireNonNull(getMessage());
    }

    /** How the protocol's clients tell that a server refused: its status and the beginning of its body. */
    static String wrapped(int status, String body) {
        String shown = body.length() <= MAX_BODY_CHARS ? body : body.substring(0, MAX_BODY_CHARS) + "...";
        return WRAPPED + StatusText.of(status) + BODY + shown;
    }

    /** What the server itself said, if this is a refusal that it worded; otherwise the text as it is. */
    public String innermost() {
        int body = text().startsWith(WRAPPED) ? text().indexOf(BODY) : -1;
        if (body < 0) {
            return text();
        }
        try {
            String said = JsonCodec.of(JsonError.getDefaultInstance())
                    .decode(text().substring(body + BODY.length()).getBytes(StandardCharsets.UTF_8))
                    .getError();
            return said.isEmpty() ? text() : said;
        } catch (RpcException e) {
            return text();
        }
    }
}
