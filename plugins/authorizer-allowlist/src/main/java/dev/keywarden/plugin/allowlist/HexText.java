package dev.keywarden.plugin.allowlist;

import org.jspecify.annotations.Nullable;

/** Reads hex as the file may spell it: either case, with or without {@code 0x} or {@code 0X}. */
final class HexText {
    private HexText() {}

    /**
     * Decodes text of a known width.
     *
     * @param text characters from the offset on
     * @param target gets the bytes
     * @param at where in the target
     * @param width how many bytes there must be
     * @return null, or what is wrong with the text
     */
    static @Nullable String decode(char[] text, int offset, int length, byte[] target, int at, int width) {
        boolean prefixed = length >= 2 && text[offset] == '0' && (text[offset + 1] | 0x20) == 'x';
        int start = prefixed ? offset + 2 : offset;
        int digits = prefixed ? length - 2 : length;
        if (digits == 0) {
            return "is empty; an empty value can't be allowed";
        }
        for (int i = 0; i < digits; i++) {
            if (digit(text[start + i]) < 0) {
                return "is not hex";
            }
        }
        if (digits != 2 * width) {
            return "has " + digits + " hex digits; " + 2 * width + " (" + width + " bytes) are expected";
        }
        for (int i = 0; i < width; i++) {
            target[at + i] = (byte) (digit(text[start + 2 * i]) << 4 | digit(text[start + 2 * i + 1]));
        }
        return null;
    }

    /** ASCII only, unlike {@link Character#digit}. */
    private static int digit(char c) {
        if (c >= '0' && c <= '9') {
            return c - '0';
        }
        int lower = c | 0x20;
        return lower >= 'a' && lower <= 'f' && c < 0x80 ? lower - 'a' + 10 : -1;
    }
}
