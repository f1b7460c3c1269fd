package dev.keywarden.server;

/**
 * One header of an answer.
 *
 * @param name a token (RFC 9110, section 5.6.2)
 * @param value printable ASCII, spaces and tabs; nothing that could begin another header
 */
public record Header(String name, String value) {
    /** Refuses what would not be one header. */
    public Header {
        if (!name.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+") || !value.matches("[\\t\\x20-\\x7e]*")) {
            throw new IllegalArgumentException("Not a header: %s: %s".formatted(name, value));
        }
    }
}
