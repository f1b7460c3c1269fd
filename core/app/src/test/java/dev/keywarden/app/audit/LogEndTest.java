package dev.keywarden.app.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LogEndTest {
    private final Path file;

    LogEndTest(@TempDir Path folder) {
        file = folder.resolve("decisions.jsonl");
    }

    @Test
    void findsNothingInAnEmptyFile() throws IOException {
        assertEnd(end(new byte[0]), 0, 0);
    }

    @Test
    void findsTheLastWholeRecordWhereverTheLogWasTorn() throws IOException {
        byte[] first = line("{\"v\":2,\"first\"}");
        byte[] second = line("{\"v\":2,\"second\"}");
        Files.write(file, concatenated(first, second));

        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            for (int length = first.length + second.length; length > 0; length--) {
                channel.truncate(length);
                LogEnd end = LogEnd.read(channel);
                if (length == first.length + second.length) {
                    assertEnd(end, length, 0, first, second);
                } else if (length >= first.length) {
                    assertEnd(end, first.length, length - first.length, first);
                } else {
                    assertEnd(end, 0, length);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1 << 20, 3 << 20})
    void findsARecordOfAnySizeBehindAndBeforeOthers(int length) throws IOException {
        byte[] first = line("{\"v\":2,\"first\"}");
        byte[] second = line("{\"v\":2,\"" + "x".repeat(length) + "\"}");
        byte[] whole = concatenated(first, second);

        assertThat(end(whole).length()).isEqualTo(whole.length);
        assertThat(end(whole).last()).isEqualTo(withoutEnd(second));
        LogEnd torn = end(concatenated(first, withoutEnd(second)));
        assertEnd(torn, first.length, second.length - 1L, first);
    }

    @Test
    void cutsOffWhatACrashLeftUnwritten() throws IOException {
        byte[] record = line("{\"v\":2}");

        assertEnd(end(concatenated(record, new byte[4096])), record.length, 4096, record);
    }

    @ParameterizedTest
    @ValueSource(strings = {"not a log", "\0\0\0\0\0\0", "{\"w\":1"})
    void refusesAFileThatIsNoLog(String content) {
        assertThatThrownBy(() -> end(content.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("not a log");
    }

    private static void assertEnd(LogEnd end, long length, long torn, byte[]... lines) {
        assertThat(end.length()).isEqualTo(length);
        assertThat(end.tornBytes()).isEqualTo(torn);
        assertThat(end.lines()).hasSize(lines.length);
        for (int i = 0; i < lines.length; i++) {
            assertThat(end.lines().get(i)).isEqualTo(withoutEnd(lines[i]));
        }
    }

    private static byte[] line(String text) {
        return (text + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] withoutEnd(byte[] line) {
        return Arrays.copyOf(line, line.length - 1);
    }

    private LogEnd end(byte[] content) throws IOException {
        Files.write(file, content);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return LogEnd.read(channel);
        }
    }

    private static byte[] concatenated(byte[] one, byte[] other) {
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        both.writeBytes(one);
        both.writeBytes(other);
        return both.toByteArray();
    }
}
