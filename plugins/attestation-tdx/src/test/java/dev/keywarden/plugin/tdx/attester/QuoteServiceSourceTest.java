package dev.keywarden.plugin.tdx.attester;

import static dev.keywarden.plugin.tdx.attester.Quotes.REPORT_DATA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuoteServiceSourceTest {
    private static final byte[] QUOTE = Quotes.over(REPORT_DATA);

    private final Path folder;
    private final FakeLinux linux = FakeLinux.giving(QUOTE);
    private final TdxGuestDevice device = new TdxGuestDevice(Path.of("/dev/null"), linux::calls);

    QuoteServiceSourceTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void sendsTheReportOfTheDeviceAndTakesTheQuote() throws Exception {
        AtomicReference<byte[]> request = new AtomicReference<>();
        try (SocketService service = service(request, UnaryOperator.identity())) {
            assertThat(source(service.address()).quote(REPORT_DATA)).isEqualTo(QUOTE);
        }
        ByteBuffer message = ByteBuffer.wrap(request.get()).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(message.getShort(0)).isEqualTo((short) 1);
        assertThat(message.getInt(4)).isZero();
        assertThat(message.getInt(8)).isEqualTo(16 + 8 + 1024);
        assertThat(message.getInt(16)).isEqualTo(1024);
        assertThat(Arrays.copyOfRange(request.get(), 24 + 128, 24 + 192)).isEqualTo(REPORT_DATA.toArray());
    }

    @ParameterizedTest(name = "{3}")
    @CsvSource({
        "0, 2147483647, can't be, a frame with the largest size",
        "0, -1, can't be, a frame with the top bit set",
        "0, 8, can't be, a frame shorter than its header",
        "4, 2, no quote, another major version",
        "8, 0, no quote, a request for an answer",
        "12, 9, no quote, a size that is not that of the frame",
        "16, 73729, error 0x12001, an error",
        "20, 2147483647, do not add up, an id that overflows",
        "24, 2147483647, do not add up, a quote that overflows",
        "24, 0, do not add up, a quote of no bytes"
    })
    void refusesAnswersThatCantBe(int offset, int value, String words, String name) throws Exception {
        UnaryOperator<byte[]> change = answer -> {
            ByteOrder order = offset == 0 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
            ByteBuffer.wrap(answer).order(order).putInt(offset, value);
            return answer;
        };
        try (SocketService service = service(new AtomicReference<>(), change)) {
            assertFails(source(service.address()), words);
        }
    }

    @Test
    void refusesAnswersThatEndTooSoon() throws Exception {
        try (SocketService service =
                service(new AtomicReference<>(), answer -> Arrays.copyOf(answer, answer.length - 1))) {
            assertFails(source(service.address()), "quote generation service");
        }
    }

    @Test
    void saysThatNobodyListens() {
        assertFails(source(new WireAddress.Unix(folder.resolve("nobody.sock"))), "nobody.sock");
    }

    @Test
    void saysThatThereIsNoVsock() {
        assertFails(source(new WireAddress.Vsock(2, 4050)), "vsock://2:4050");
    }

    @Test
    void isAbsentUntilItIsConfigured() {
        assertThat(source(null).absence())
                .hasValueSatisfying(why -> assertThat(why).contains("quote_service"));
        assertThatExceptionOfType(AttesterException.class)
                .isThrownBy(() -> source(null).quote(REPORT_DATA))
                .satisfies(e -> assertThat(e.code()).isEqualTo(AttesterCode.ATTESTER_ABSENT));
    }

    private QuoteServiceSource source(@Nullable WireAddress address) {
        return new QuoteServiceSource(address, device, linux::calls);
    }

    private SocketService service(AtomicReference<byte[]> request, UnaryOperator<byte[]> change) throws IOException {
        return new SocketService(folder.resolve("qgs.sock"), (in, out) -> {
            DataInputStream data = new DataInputStream(in);
            byte[] message = new byte[data.readInt()];
            data.readFully(message);
            request.set(message);
            out.write(change.apply(answer()));
        });
    }

    private static byte[] answer() {
        int size = 16 + 8 + 16 + QUOTE.length;
        ByteBuffer message = ByteBuffer.allocate(4 + size);
        message.putInt(size).order(ByteOrder.LITTLE_ENDIAN);
        message.putShort((short) 1).putShort((short) 1).putInt(1).putInt(size).putInt(0);
        message.putInt(16).putInt(QUOTE.length).put(new byte[16]).put(QUOTE);
        return message.array();
    }

    private static void assertFails(QuoteServiceSource source, String words) {
        assertThatExceptionOfType(AttesterException.class)
                .isThrownBy(() -> source.quote(REPORT_DATA))
                .withMessageContaining(words);
    }
}
