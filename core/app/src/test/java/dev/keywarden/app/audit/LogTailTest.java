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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LogTailTest {
    private final DecisionRecordJson json = new DecisionRecordJson("node");
    private final Path file;

    LogTailTest(@TempDir Path folder) {
        file = folder.resolve("decisions.jsonl");
    }

    @Test
    void startsAnEmptyLogAtZero() throws IOException {
        assertThat(tail(new byte[0])).isEqualTo(new LogTail(0, 0, 0));
    }

    @Test
    void findsTheLastWholeRecordWhereverTheLogWasTorn() throws IOException {
        byte[] first = json.line(Records.allowed("1"), 41);
        byte[] second = json.line(Records.allowed("2"), 42);
        Files.write(file, concatenated(first, second));

        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            for (int length = first.length + second.length; length > 0; length--) {
                channel.truncate(length);
                LogTail expected;
                if (length == first.length + second.length) {
                    expected = new LogTail(length, 0, 43);
                } else if (length >= first.length) {
                    expected = new LogTail(first.length, length - first.length, 42);
                } else {
                    expected = new LogTail(0, length, 0);
                }
                assertThat(LogTail.read(channel)).as("torn at %d", length).isEqualTo(expected);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1 << 20, 3 << 20})
    void findsARecordOfAnySizeBehindAndBeforeOthers(int reasonLength) throws IOException {
        byte[] first = json.line(Records.allowed("1"), 0);
        byte[] second = json.line(Records.refused("2", "x".repeat(reasonLength)), 1);
        byte[] whole = concatenated(first, second);

        assertThat(tail(whole)).isEqualTo(new LogTail(whole.length, 0, 2));
        assertThat(tail(concatenated(
                        first,
                        new String(second, StandardCharsets.UTF_8).strip().getBytes(StandardCharsets.UTF_8))))
                .isEqualTo(new LogTail(first.length, second.length - 1L, 1));
    }

    @Test
    void cutsOffWhatACrashLeftUnwritten() throws IOException {
        byte[] record = json.line(Records.allowed("1"), 0);

        assertThat(tail(concatenated(record, new byte[4096]))).isEqualTo(new LogTail(record.length, 4096, 1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-----BEGIN PRIVATE KEY-----\n",
                "not a log",
                "{\"v\":1}\n",
                "{\"v\":1,\"seq\":-1}\n",
                "{\"v\":1,\"seq\":\"1\"}\n",
                "{\"v\":1,\"seq\":1234567890123456789}\n",
                "\n",
                "\0\0\0\0\0\0"
            })
    void refusesAFileThatIsNoLog(String content) {
        assertThatThrownBy(() -> tail(content.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("not a");
    }

    private LogTail tail(byte[] content) throws IOException {
        Files.write(file, content);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return LogTail.read(channel);
        }
    }

    private static byte[] concatenated(byte[] one, byte[] other) {
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        both.writeBytes(one);
        both.writeBytes(other);
        return both.toByteArray();
    }
}
