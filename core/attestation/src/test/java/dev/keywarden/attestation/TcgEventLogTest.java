package dev.keywarden.attestation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywarden.spi.Bytes;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class TcgEventLogTest {
    private static final int SHA256 = 0x000B;
    private static final int SHA384 = 0x000C;

    private final ByteArrayOutputStream area = new ByteArrayOutputStream();

    @Test
    void readsEventsAndCountsRegistersFromZero() {
        header();
        event(1, 0x80000001L, 0x11, "firmware");
        event(4, RuntimeEvent.EVENT_TYPE, 0x22, "late");
        padding();

        List<TdxEvent> events = parse();

        assertThat(events).extracting(TdxEvent::imr).containsExactly(0L, 3L);
        assertThat(events.getFirst().eventType()).isEqualTo(0x80000001L);
        assertThat(events.getFirst().digest()).isEqualTo(repeated(0x11, 48));
        assertThat(events.getFirst().payload()).isEqualTo(Bytes.of("firmware".getBytes(UTF_8)));
    }

    @Test
    void leavesOutWhatExtendsNoRegister() {
        header();
        event(0, 3, 0x11, "about the initial contents");
        event(2, 5, 0x22, "kernel");

        assertThat(parse()).extracting(TdxEvent::imr).containsExactly(1L);
    }

    @Test
    void stopsWhereTheAreaIsEmpty() {
        header();
        event(1, 5, 0x11, "a");
        u32(0).u32(0);
        event(1, 5, 0x22, "beyond the end");

        assertThat(parse()).hasSize(1);
    }

    @Test
    void takesTheDigestOfItsAlgorithmAmongOthers() {
        header();
        u32(2).u32(5).u32(2);
        u16(SHA256);
        area.writeBytes(new byte[32]);
        u16(SHA384);
        area.writeBytes(repeated(0x33, 48).toArray());
        u32(0);

        assertThat(parse().getFirst().digest()).isEqualTo(repeated(0x33, 48));
    }

    @Test
    void refusesEveryTruncationInsideAnEvent() {
        header();
        int start = area.size();
        event(1, 5, 0x11, "firmware");
        byte[] whole = area.toByteArray();
        for (int length = start + 8; length < whole.length; length++) {
            Bytes cut = Bytes.of(Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> TcgEventLog.parse(cut))
                    .as("%d bytes", length)
                    .isInstanceOf(EnvelopeException.class);
        }
    }

    @Test
    void refusesEveryTruncationOfTheHeader() {
        header();
        byte[] whole = area.toByteArray();
        for (int length = 0; length < whole.length; length++) {
            Bytes cut = Bytes.of(Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> TcgEventLog.parse(cut))
                    .as("%d bytes", length)
                    .isInstanceOf(EnvelopeException.class);
        }
    }

    @Test
    void refusesLengthsWithTheTopBitSet() {
        header();
        u32(1).u32(5).u32(0).u32(0x80000004L);
        area.writeBytes(new byte[16]);

        assertThatThrownBy(this::parse).hasMessageContaining("runs past the end");
    }

    @Test
    void refusesDigestsOfAlgorithmsThatTheHeaderDoesNotName() {
        header();
        u32(1).u32(5).u32(1);
        u16(0x0004);
        area.writeBytes(new byte[64]);

        assertThatThrownBy(this::parse).hasMessageContaining("algorithm 4");
    }

    @Test
    void refusesAreasWithoutHeader() {
        event(1, 5, 0x11, "firmware");

        assertThatThrownBy(this::parse).hasMessageContaining("header");
    }

    private List<TdxEvent> parse() {
        return TcgEventLog.parse(Bytes.of(area.toByteArray()));
    }

    private void header() {
        u32(0).u32(3);
        area.writeBytes(new byte[20]);
        u32(24 + 4 + 8 + 1);
        area.writeBytes(new byte[24]);
        u32(2);
        u16(SHA256);
        u16(32);
        u16(SHA384);
        u16(48);
        area.write(0);
    }

    private void event(long index, long type, int digest, String payload) {
        u32(index).u32(type).u32(1);
        u16(SHA384);
        area.writeBytes(repeated(digest, 48).toArray());
        u32(payload.length());
        area.writeBytes(payload.getBytes(UTF_8));
    }

    private void padding() {
        byte[] ones = new byte[64];
        Arrays.fill(ones, (byte) 0xFF);
        area.writeBytes(ones);
    }

    private TcgEventLogTest u32(long value) {
        area.writeBytes(ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt((int) value)
                .array());
        return this;
    }

    private void u16(int value) {
        area.writeBytes(ByteBuffer.allocate(2)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort((short) value)
                .array());
    }

    private static Bytes repeated(int value, int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return Bytes.of(bytes);
    }
}
