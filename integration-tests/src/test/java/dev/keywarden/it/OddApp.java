package dev.keywarden.it;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Apps that misbehave, as machine code by hand: whatever is asked, the code returns or reverts with fixed bytes. Named as in the
 * recordings.
 */
enum OddApp {
    stubRevertEmpty(reverts("")),
    stubRevertString(reverts("08c379a0" + word(32) + text("app says no"))),
    stubRevertCustom(reverts("118cdaa7" + word(0xdead))),
    stubPanic(reverts("4e487b71" + word(0x11))),
    /** INVALID. */
    stubInvalid("fe"),
    /** STOP. */
    stubStop("00"),
    stubOneWord(returns(word(1))),
    stubShort(returns("ffffffff")),
    stubDirtyBool(returns(word(2) + word(64) + word(0))),
    stubBadOffset(returns(word(1) + word(4096) + word(0))),
    stubHugeLength(returns(word(1) + word(64) + "0".repeat(47) + "1" + "0".repeat(16))),
    stubTruncatedString(returns(word(1) + word(64) + word(32) + "4141414141")),
    stubAllow(returns(word(1) + word(64) + word(0))),
    stubAllowWithReason(returns(word(1) + word(64) + text("allowed with a remark"))),
    stubDenyEmptyReason(returns(word(0) + word(64) + word(0))),
    stubDenyLongReason(returns(word(0) + word(64) + text("r".repeat(1000)))),
    stubDenyOddText(returns(word(0) + word(64) + text("\u00e9\u00e9\u00e9\0\"\\<script>\n"))),
    stubDenyBadUtf8(returns(word(0) + word(64) + bytes(new byte[] {(byte) 0xff, (byte) 0xfe, (byte) 0x80}))),
    stubNonCanonical(returns(word(1) + word(96) + word(0xdead) + word(0))),
    stubTrailing(returns(word(1) + word(64) + word(0) + word(7))),
    stubUnpadded(returns(word(0) + word(64) + word(3) + "616263")),
    /** JUMPDEST PUSH0 JUMP. */
    stubLoop("5b5f56"),
    /** PUSH1 1 PUSH0 SSTORE, then as one that allows. */
    stubWrites("60015f55" + ends("f3", 4, word(1) + word(64) + word(0)));

    private static final int WORD_DIGITS = 64;

    private final String code;

    OddApp(String code) {
        this.code = code;
    }

    /** Code that puts {@link #code} on the chain, as hexadecimal digits after {@code 0x}. */
    String creationCode() {
        // PUSH2 length DUP1 PUSH1 10 PUSH0 CODECOPY PUSH0 RETURN
        return "0x61" + HexFormat.of().toHexDigits((short) (code.length() / 2)) + "80600a5f395ff3" + code;
    }

    private static String returns(String data) {
        return ends("f3", 0, data);
    }

    private static String reverts(String data) {
        return ends("fd", 0, data);
    }

    /** PUSH2 length PUSH1 offset PUSH0 CODECOPY PUSH2 length PUSH0, an instruction, and the data. */
    private static String ends(String instruction, int bytesBefore, String data) {
        String length = HexFormat.of().toHexDigits((short) (data.length() / 2));
        String offset = HexFormat.of().toHexDigits((byte) (12 + bytesBefore));
        return "61" + length + "60" + offset + "5f39" + "61" + length + "5f" + instruction + data;
    }

    private static String word(long value) {
        String digits = Long.toHexString(value);
        return "0".repeat(WORD_DIGITS - digits.length()) + digits;
    }

    private static String text(String text) {
        return bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Length and content, filled up to whole words. */
    private static String bytes(byte[] content) {
        String digits = HexFormat.of().formatHex(content);
        return word(content.length) + digits + "0".repeat(Math.floorMod(-digits.length(), WORD_DIGITS));
    }
}
