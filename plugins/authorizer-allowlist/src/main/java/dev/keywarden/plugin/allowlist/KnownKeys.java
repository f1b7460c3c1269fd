package dev.keywarden.plugin.allowlist;

import java.util.Comparator;
import java.util.List;

/** The keys that one object of the file may have. */
record KnownKeys(List<String> names) {
    private static final int FARTHEST = 4;

    /** The position of a key, or -1. */
    int indexOf(String name) {
        return names.indexOf(name);
    }

    /** What a person who wrote another key may have meant. */
    String hint(String wrong) {
        return names.stream()
                .filter(name -> distance(wrong, name) <= FARTHEST)
                .min(Comparator.comparingInt(name -> distance(wrong, name)))
                .map(name -> "did you mean " + name + "?")
                .orElseGet(() -> "known are " + String.join(", ", names));
    }

    /** Levenshtein's distance without regard to case. */
    private static int distance(String one, String other) {
        int[] row = new int[other.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                boolean same = Character.toLowerCase(one.charAt(i - 1)) == Character.toLowerCase(other.charAt(j - 1));
                int replaced = diagonal + (same ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[row.length - 1];
    }
}
