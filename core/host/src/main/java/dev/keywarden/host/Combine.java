package dev.keywarden.host;

/** How the answers of a chain become one decision (design, section 6). */
public sealed interface Combine {
    /** Every authorizer must allow; the first deny ends it; abstentions do not count. */
    record All() implements Combine {
        @Override
        public String toString() {
            return "all";
        }
    }

    /** The first authorizer that does not abstain decides. */
    record First() implements Combine {
        @Override
        public String toString() {
            return "first";
        }
    }

    /**
     * A number of authorizers must allow. All are asked side by side.
     *
     * @param allows how many, at least one
     * @param veto whether a deny of any other denies all the same, and one that is unable to decide might have
     */
    record Quorum(int allows, boolean veto) implements Combine {
        public Quorum {
            if (allows < 1) {
                throw new IllegalArgumentException("a quorum is at least 1, not " + allows);
            }
        }

        @Override
        public String toString() {
            return "quorum:" + allows + (veto ? "" : " without veto");
        }
    }

    /**
     * Reads a rule as the configuration names it.
     *
     * @param text {@code all}, {@code first} or {@code quorum:N}
     * @param veto what a quorum's others may do; the other rules have no use for it
     * @throws IllegalArgumentException in words for a person, if there is no such rule
     */
    static Combine parse(String text, boolean veto) {
        if (text.equals("all")) {
            return new All();
        }
        if (text.equals("first")) {
            return new First();
        }
        String prefix = "quorum:";
        if (text.startsWith(prefix)
                && text.substring(prefix.length()).chars().allMatch(c -> c >= '0' && c <= '9')
                && text.length() > prefix.length()
                && text.length() <= prefix.length() + 3) {
            return new Quorum(Integer.parseInt(text.substring(prefix.length())), veto);
        }
        throw new IllegalArgumentException(
                "must be \"all\", \"first\" or \"quorum:N\" with a number of authorizers, not \"" + text + "\"");
    }

    /**
     * Whether the rule can be met by as many authorizers.
     *
     * @return what is wrong, or the empty string
     */
    default String problemWith(int authorizers) {
        return this instanceof Quorum quorum && quorum.allows() > authorizers
                ? "asks for " + quorum.allows() + " authorizers that allow, but the chain has only " + authorizers
                : "";
    }
}
