package dev.keywarden.plugin.onchain.contract;

import java.io.Serial;

/** A contract answered with bytes that are not what its interface promises. */
public final class MalformedAnswer extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    private final String code;

    MalformedAnswer(String code, String message) {
        super(message, null, false, false);
        this.code = "onchain." + code;
    }

    static MalformedAnswer form(String message) {
        return new MalformedAnswer("contract_answer_malformed", message);
    }

    /** The reason code. */
    public String code() {
        return code;
    }

    /** What is wrong with the answer, as a clause; unlike in other exceptions never {@code null}. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
