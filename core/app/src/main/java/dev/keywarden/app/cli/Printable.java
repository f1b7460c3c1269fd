package dev.keywarden.app.cli;

/** Text of strangers, such as a contract's reason, as it may stand on a person's screen. */
final class Printable {
    private Printable() {}

    /** One line, without the characters by which text drives a terminal. */
    static String line(String text) {
        return text.replaceAll("[\\p{Cntrl}\\p{Cf}\\u2028\\u2029]", "?");
    }
}
