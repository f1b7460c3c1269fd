package dev.keywarden.plugin.onchain;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** What contracts return, as Solidity encodes it. */
final class Encoded {
    private Encoded() {}

    static String verdict(boolean allowed, String reason) {
        return verdict(allowed, reason.getBytes(StandardCharsets.UTF_8));
    }

    static String verdict(boolean allowed, byte[] reason) {
        return "0x" + word(allowed ? 1 : 0) + word(64) + bytes(reason);
    }

    static String text(String text) {
        return "0x" + word(32) + bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    static String word(long value) {
        return "%064x".formatted(value);
    }

    private static String bytes(byte[] content) {
        String hex = HexFormat.of().formatHex(content);
        return word(content.length) + hex + "0".repeat((64 - hex.length() % 64) % 64);
    }
}
