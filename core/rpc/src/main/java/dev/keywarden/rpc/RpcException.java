package dev.keywarden.rpc;

import java.io.Serial;
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
}
