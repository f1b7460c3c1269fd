package dev.keywarden.plugin.tdx.attester;

import dev.keywarden.spi.Bytes;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Quotes of Intel's quote generation service on the host, asked directly (TDX fact sheet, section 5.4): a report of the
 * device goes there, usually over vsock, and a quote comes back. Lengths from the host are limited before they are used.
 */
final class QuoteServiceSource implements QuoteSource {
    private static final int HEADER_BYTES = 16;
    private static final int MAX_MESSAGE_BYTES = MAX_QUOTE_BYTES + 4096;
    private static final short MAJOR = 1;
    private static final short MINOR = 1;
    private static final int REQUEST = 0;
    private static final int RESPONSE = 1;

    private final @Nullable WireAddress address;
    private final TdxGuestDevice device;
    private final Supplier<LinuxCalls> calls;

    /** @param address {@code null} if this machine was not told where the service is */
    QuoteServiceSource(@Nullable WireAddress address, TdxGuestDevice device, Supplier<LinuxCalls> calls) {
        this.address = address;
        this.device = device;
        this.calls = calls;
    }

    @Override
    public String name() {
        return "quote_service";
    }

    @Override
    public Optional<String> absence() {
        if (address == null) {
            return Optional.of("neither the setting quote_service nor /etc/tdx-attest.conf says where the service is");
        }
        return address.absence().or(device::absence);
    }

    @Override
    public byte[] quote(Bytes reportData) {
        WireAddress known = address;
        if (known == null) {
            throw new AttesterException(
                    AttesterCode.ATTESTER_ABSENT, absence().orElse("the service is not configured"));
        }
        byte[] report = device.report(reportData);
        try (Wire wire = known.connect(calls)) {
            OutputStream out = wire.out();
            out.write(request(report));
            out.flush();
            return response(new DataInputStream(wire.in()));
        } catch (IOException e) {
            throw new AttesterException(
                    AttesterCode.ATTESTER_FAILED,
                    "the quote generation service at " + known + ": " + e.getMessage(),
                    e);
        }
    }

    private static byte[] request(byte[] report) {
        int size = HEADER_BYTES + 8 + report.length;
        ByteBuffer message = ByteBuffer.allocate(4 + size).order(ByteOrder.BIG_ENDIAN);
        message.putInt(size).order(ByteOrder.LITTLE_ENDIAN);
        message.putShort(MAJOR).putShort(MINOR).putInt(REQUEST).putInt(size).putInt(0);
        message.putInt(report.length).putInt(0).put(report);
        return message.array();
    }

    private static byte[] response(DataInputStream in) throws IOException {
        long framed = Integer.toUnsignedLong(in.readInt());
        if (framed < HEADER_BYTES + 8 || framed > MAX_MESSAGE_BYTES) {
            throw new IOException("it framed a message of " + framed + " bytes, which can't be");
        }
        byte[] content = new byte[(int) framed];
        in.readFully(content);
        ByteBuffer message = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
        int major = Short.toUnsignedInt(message.getShort());
        message.getShort();
        int type = message.getInt();
        long size = Integer.toUnsignedLong(message.getInt());
        int error = message.getInt();
        if (error != 0) {
            throw new IOException("it answered with error 0x" + Integer.toHexString(error));
        }
        if (major != MAJOR || type != RESPONSE || size != framed) {
            throw new IOException("it answered with a message that is no quote");
        }
        long idBytes = Integer.toUnsignedLong(message.getInt());
        long quoteBytes = Integer.toUnsignedLong(message.getInt());
        if (quoteBytes < 1 || idBytes + quoteBytes != message.remaining()) {
            throw new IOException("the lengths in its answer do not add up");
        }
        message.position(message.position() + (int) idBytes);
        byte[] quote = new byte[(int) quoteBytes];
        message.get(quote);
        return quote;
    }
}
