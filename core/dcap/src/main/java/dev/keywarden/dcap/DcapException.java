package dev.keywarden.dcap;

import java.io.Serial;

/**
 * A refusal: what was wrong (code), with which thing (object), and a sentence for people.
 *
 * <p>Code and object are stable and may be compared; the detail may change. It never echoes more than 64 characters of
 * input.
 */
public final class DcapException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private static final int MAX_ECHO = 64;

    private final DcapCode code;
    private final DcapObject object;
    private final String detail;

    DcapException(DcapCode code, DcapObject object, String detail) {
        // A refusal of hostile input is an ordinary result: no stack trace to fill in, none to leak.
        super(code + " (" + object + "): " + detail, null, false, false);
        this.code = code;
        this.object = object;
        this.detail = detail;
    }

    /** Input that is short enough to stand in a message; of longer input the beginning. */
    static String clip(String input) {
        return input.length() <= MAX_ECHO ? input : input.substring(0, MAX_ECHO - 3) + "...";
    }

    /** What was wrong. */
    public DcapCode code() {
        return code;
    }

    /** With which thing. */
    public DcapObject object() {
        return object;
    }

    /** A sentence for people, without code and object. */
    public String detail() {
        return detail;
    }
}
