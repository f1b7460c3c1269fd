package dev.keywarden.host;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.TreeSet;

/** Finds what a person probably meant. */
public final class NearestName {
    private static final int FARTHEST = 3;

    private NearestName() {}

    /**
     * The end of a sentence about a name that is not known.
     *
     * @return {@code . Did you mean "x"?}, or a list of the known names if none is near
     */
    public static String hint(String wrong, Collection<String> known) {
        Optional<String> nearest = find(wrong, known);
        if (nearest.isPresent()) {
            return ". Did you mean \"" + nearest.get() + "\"?";
        }
        return known.isEmpty() ? ". Nothing is known here" : ". Known are: " + String.join(", ", new TreeSet<>(known));
    }

    /** The known name with the fewest edits to the wrong one, if there is one near enough. */
    public static Optional<String> find(String wrong, Collection<String> known) {
        return known.stream()
                .filter(name -> distance(wrong, name) <= Math.min(FARTHEST, Math.max(1, name.length() / 2)))
                .min(Comparator.comparingInt((String name) -> distance(wrong, name))
                        .thenComparing(Comparator.naturalOrder()));
    }

    /** Levenshtein's distance. */
    private static int distance(String one, String other) {
        int[] previous = new int[other.length() + 1];
        for (int j = 0; j <= other.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int[] current = new int[other.length() + 1];
            current[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                int substitution = previous[j - 1] + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(substitution, Math.min(previous[j], current[j - 1]) + 1);
            }
            previous = current;
        }
        return previous[other.length()];
    }
}
