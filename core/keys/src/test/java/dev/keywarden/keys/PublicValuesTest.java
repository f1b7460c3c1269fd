package dev.keywarden.keys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywarden.spi.Bytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class PublicValuesTest {
    private final PublicValues<Integer> values = new PublicValues<>();
    private final AtomicInteger computed = new AtomicInteger();

    private static Bytes id(int number) {
        return Bytes.of(ByteBuffer.allocate(20).putInt(16, number).array());
    }

    private int get(int number) {
        return values.get(id(number), () -> {
            computed.incrementAndGet();
            return number;
        });
    }

    @Test
    void computesEachValueOnce() {
        for (int round = 0; round < 3; round++) {
            for (int number = 0; number < 100; number++) {
                assertThat(get(number)).isEqualTo(number);
            }
        }
        assertThat(computed).hasValue(100);
    }

    @Test
    void forgetsTheLeastRecentlyUsed() {
        for (int number = 0; number < PublicValues.MAX_ENTRIES; number++) {
            get(number);
        }
        get(0);
        get(PublicValues.MAX_ENTRIES);
        assertThat(values.size()).isEqualTo(PublicValues.MAX_ENTRIES);
        computed.set(0);
        get(0);
        assertThat(computed).hasValue(0);
        get(1);
        assertThat(computed).hasValue(1);
    }

    /** "Aa" and "BB" have one hash; so have all strings made of them. Looking all of them up takes 10^8 steps if in line. */
    @Test
    void findsValuesWhoseHashesCollide() {
        for (int round = 0; round < 2; round++) {
            for (int number = 0; number < 1 << 13; number++) {
                StringBuilder id = new StringBuilder();
                for (int bit = 0; bit < 13; bit++) {
                    id.append((number >> bit & 1) == 0 ? "Aa" : "BB");
                }
                int expected = number;
                Bytes key = Bytes.of(id.toString().getBytes(StandardCharsets.US_ASCII));
                assertThat(values.get(key, () -> expected)).isEqualTo(expected);
            }
        }
    }
}
