package dev.keywarden.app.config;

import java.util.regex.Pattern;

/** The domain a node is bootstrapped for (wire protocol, section 3.6, domain validation). */
public final class DomainName {
    private static final int MAX_BYTES = 253;
    private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?");

    private DomainName() {}

    /**
     * Checks a domain.
     *
     * @return the domain, unchanged
     * @throws IllegalArgumentException with the text of the protocol
     */
    public static String require(String domain) {
        boolean ascii = domain.chars().allMatch(c -> c < 0x80);
        if (domain.isEmpty() || !ascii || domain.length() > MAX_BYTES) {
            throw new IllegalArgumentException("domain must be a non-empty ASCII DNS name of at most 253 bytes");
        }
        for (String label : domain.split("\\.", -1)) {
            if (!LABEL.matcher(label).matches()) {
                throw new IllegalArgumentException("domain contains an invalid DNS label");
            }
        }
        return domain;
    }
}
