package dev.keywarden.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywarden.spi.Bytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PackedTableTest {
    @ParameterizedTest
    @ValueSource(ints = {20, 32, 36})
    void holdsWhatWasAddedAndNothingElse(int width) {
        Random random = new Random(width);
        Set<Bytes> added = new HashSet<>();
        PackedTable.Builder builder = new PackedTable.Builder(width, 0);
        for (int i = 0; i < 20_000; i++) {
            byte[] key = new byte[width];
            random.nextBytes(key);
            added.add(Bytes.of(key));
            builder.add(key);
        }
        PackedTable table = builder.build(PackedTableTest::noneExpected);

        assertThat(table.size()).isEqualTo(added.size());
        assertThat(added).allMatch(key -> table.contains(key.toArray()));
        for (int i = 0; i < 20_000; i++) {
            byte[] key = new byte[width];
            random.nextBytes(key);
            assertThat(table.contains(key)).isEqualTo(added.contains(Bytes.of(key)));
        }
    }

    /** Hashes that differ in one bit only, as made-up ones often do. */
    @ParameterizedTest
    @ValueSource(ints = {20, 32, 36})
    void tellsKeysThatDifferInOneBit(int width) {
        PackedTable.Builder builder = new PackedTable.Builder(width, 0);
        for (int bit = 0; bit < width * 8; bit++) {
            builder.add(withBit(width, bit));
        }
        PackedTable table = builder.build(PackedTableTest::noneExpected);

        assertThat(table.size()).isEqualTo(width * 8);
        assertThat(table.contains(new byte[width])).isFalse();
        for (int bit = 0; bit < width * 8; bit++) {
            assertThat(table.contains(withBit(width, bit))).isTrue();
            byte[] two = withBit(width, bit);
            two[(bit / 8 + 1) % width] ^= 1;
            assertThat(table.contains(two)).isFalse();
        }
    }

    @Test
    void holdsTheKeyOfZeroes() {
        PackedTable.Builder builder = new PackedTable.Builder(32, 0);
        assertThat(new PackedTable.Builder(32, 0)
                        .build(PackedTableTest::noneExpected)
                        .contains(new byte[32]))
                .isFalse();
        builder.add(new byte[32]);
        assertThat(builder.build(PackedTableTest::noneExpected).contains(new byte[32]))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 19, 21, 32})
    void holdsNoKeyOfAnotherWidth(int width) {
        PackedTable.Builder builder = new PackedTable.Builder(20, 4);
        builder.add(new byte[24]);
        PackedTable table = builder.build(PackedTableTest::noneExpected);
        assertThat(table.contains(new byte[width])).isFalse();
        assertThat(table.intValueOf(new byte[width])).isNull();
        assertThat(table.intValueOf(new byte[20])).isZero();
    }

    @Test
    void givesEachKeyItsValue() {
        PackedTable.Builder builder = new PackedTable.Builder(20, 4);
        for (int i = 0; i < 5_000; i++) {
            builder.add(entry(i, 7 * i + 1));
        }
        PackedTable table = builder.build(PackedTableTest::noneExpected);
        for (int i = 0; i < 5_000; i++) {
            assertThat(table.intValueOf(keyOf(i))).isEqualTo(7 * i + 1);
        }
        assertThat(table.intValueOf(keyOf(5_000))).isNull();
    }

    @Test
    void tellsOfKeysThatComeTwiceAndKeepsTheFirst() {
        PackedTable.Builder builder = new PackedTable.Builder(20, 4);
        builder.add(entry(1, 10));
        builder.add(entry(2, 20));
        builder.add(entry(1, 30));
        List<byte[]> repeated = new ArrayList<>();
        PackedTable table = builder.build(repeated::add);

        assertThat(repeated).containsExactly(keyOf(1));
        assertThat(table.size()).isEqualTo(2);
        assertThat(table.intValueOf(keyOf(1))).isEqualTo(10);
    }

    @Test
    void needsFortyBytesForAHash() {
        PackedTable.Builder builder = new PackedTable.Builder(32, 0);
        byte[] key = new byte[32];
        for (int i = 0; i < 100_000; i++) {
            ByteBuffer.wrap(key).putInt(12, i);
            builder.add(key);
        }
        assertThat(builder.build(PackedTableTest::noneExpected).memoryBytes()).isLessThan(100_000 * 41L);
    }

    private static byte[] withBit(int width, int bit) {
        byte[] key = new byte[width];
        key[bit / 8] = (byte) (1 << bit % 8);
        return key;
    }

    private static byte[] keyOf(int number) {
        return ByteBuffer.allocate(20).putInt(16, number).array();
    }

    private static byte[] entry(int number, int value) {
        return ByteBuffer.allocate(24)
                .putInt(16, number)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(20, value)
                .array();
    }

    private static void noneExpected(byte[] key) {
        throw new AssertionError("no key was added twice");
    }
}
