package dev.keywarden.app.conformance;

import dev.keywarden.rpc.RpcException;
import dev.keywarden.rpc.WireProbe;

/**
 * One check.
 *
 * @param area what it is about, a word
 * @param name what should hold, a sentence without a full stop
 * @param section of the wire protocol where that stands
 * @param body sends something, and throws if the answer is not as expected
 */
public record Check(String area, String name, String section, Body body) {
    /** What a check does. */
    @FunctionalInterface
    public interface Body {
        /**
         * Sends and compares.
         *
         * @throws Difference if the answer is another than the protocol's
         */
        void run(WireProbe probe);
    }

    /** An answer that is not the protocol's; the message says what was expected and what came. */
    public static final class Difference extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Difference(String expectedAndFound) {
            super(expectedAndFound, null, false, false);
        }
    }

    /**
     * What came of a check.
     *
     * @param difference empty if it passed
     */
    public record Result(Check check, String difference) {
        /** Whether the answer was the protocol's. */
        public boolean passed() {
            return difference.isEmpty();
        }
    }

    /** Runs it; a node that does not answer at all differs too. */
    public Result run(WireProbe probe) {
        try {
            body.run(probe);
            return new Result(this, "");
        } catch (Difference e) {
            return new Result(this, String.valueOf(e.getMessage()));
        } catch (RpcException e) {
            return new Result(this, "no answer: " + e.text());
        }
    }

    static void require(String what, Object expected, Object found) {
        if (!expected.equals(found)) {
            throw new Difference(what + ": expected " + shown(expected) + ", found " + shown(found));
        }
    }

    static void requireThat(String what, boolean holds, Object found) {
        if (!holds) {
            throw new Difference(what + ": found " + shown(found));
        }
    }

    private static String shown(Object value) {
        String text = String.valueOf(value).replace("\n", "\\n");
        return text.length() <= 120 ? text : text.substring(0, 117) + "...";
    }
}
