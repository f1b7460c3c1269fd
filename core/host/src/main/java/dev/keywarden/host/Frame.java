package dev.keywarden.host;

import java.util.Arrays;
import java.util.Optional;

/** One message between a node and the process of an isolated authorizer: length, type, call, payload. */
final class Frame {
    private final Type type;
    private final long call;
    private final byte[] payload;

    /**
     * @param type what it is
     * @param call which call it belongs to; 0 if to none
     * @param payload as {@link SpiWriter} wrote it; the frame's from now on
     */
    Frame(Type type, long call, byte[] payload) {
        this.type = type;
        this.call = call;
        this.payload = payload;
    }

    Type type() {
        return type;
    }

    long call() {
        return call;
    }

    byte[] payload() {
        return payload;
    }

    /** What stands before the payload: its length in four bytes, the type in one, the call in eight. */
    static final int HEADER_BYTES = 13;

    /** What messages there are. The two ends are always of the same build. */
    enum Type {
        /** To the process, first: the archive and its settings. */
        START(1),
        /** To the process: a question. */
        AUTHORIZE(2),
        /** To the process: where its authority comes from. */
        AUTHORITY(3),
        /** To the process: nobody waits for the answer any more. */
        CANCEL(4),
        /** To the process: close and end. */
        CLOSE(5),
        /** From the process: the authorizer is there. */
        STARTED(6),
        /** From the process: an answer to a question. */
        DECISION(7),
        /** From the process: where its authority comes from. */
        AUTHORITY_INFO(8),
        /** From the process: the call failed. */
        FAILED(9),
        /** From the process: a line for the log. */
        LOG(10),
        /** From the process: something was counted. */
        COUNT(11),
        /** From the process: something was timed. */
        TIME(12);

        private final int code;

        Type(int code) {
            this.code = code;
        }

        byte code() {
            return (byte) code;
        }

        static Optional<Type> of(int code) {
            return Arrays.stream(values()).filter(type -> type.code == code).findFirst();
        }
    }
}
