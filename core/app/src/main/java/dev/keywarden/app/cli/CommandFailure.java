package dev.keywarden.app.cli;

import dev.keywarden.rpc.RpcException;
import java.io.Serial;

/** A command was refused or failed; the message is what the person who ran it reads. Exit code 1. */
final class CommandFailure extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    CommandFailure(String message) {
        super(message);
    }

    CommandFailure(String message, Throwable cause) {
        super(message, cause);
    }

    /** A call that failed: the server's own words if it refused, or what went wrong on the way. */
    static CommandFailure of(RpcException e) {
        String said = e.innermost();
        return new CommandFailure(said.equals(e.text()) ? said : "refused: " + said, e);
    }
}
