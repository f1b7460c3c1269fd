package dev.keywarden.plugin.rego.bundle;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The order of revisions: numbers, versions and points in time, such as {@code 42}, {@code v1.10.2} and {@code
 * 2026-11-24T10:00:00Z}. What has another form, for example a commit's hash, has no order.
 */
public final class Revisions {
    private static final Pattern ORDERED = Pattern.compile("v?\\d{1,20}(?:[-.:TZ_+]\\d{1,20}){0,15}Z?");
    private static final Pattern NUMBER = Pattern.compile("\\d+");

    private Revisions() {}

    /**
     * Whether one revision is lower than another.
     *
     * @return empty if one of the two has no order
     */
    public static Optional<Boolean> isLower(String revision, String than) {
        if (!isOrdered(revision) || !isOrdered(than)) {
            return Optional.empty();
        }
        List<BigInteger> left = numbers(revision);
        List<BigInteger> right = numbers(than);
        for (int i = 0; i < Math.min(left.size(), right.size()); i++) {
            int order = left.get(i).compareTo(right.get(i));
            if (order != 0) {
                return Optional.of(order < 0);
            }
        }
        return Optional.of(left.size() < right.size());
    }

    /** Whether a revision has an order. */
    public static boolean isOrdered(String revision) {
        return ORDERED.matcher(revision).matches();
    }

    private static List<BigInteger> numbers(String revision) {
        List<BigInteger> numbers = new ArrayList<>();
        Matcher number = NUMBER.matcher(revision);
        while (number.find()) {
            numbers.add(new BigInteger(number.group()));
        }
        return numbers;
    }
}
