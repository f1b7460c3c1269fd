package dev.keywarden.plugin.tdx.attester;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import dev.keywarden.spi.Bytes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The guest driver's device (TDX fact sheet, section 5.3). A report that it makes carries a code that only the same
 * processor can check: it is raw material for a quote and never evidence.
 */
final class TdxGuestDevice {
    /** Length of a TDREPORT. */
    static final int REPORT_BYTES = 1024;

    private static final int REPORT_DATA_BYTES = 64;
    private static final long GET_REPORT = 0xC4405401L;

    /** Request numbers of the drivers outside the kernel that make a quote themselves, with their argument layout. */
    private static final long[] GET_QUOTE = {0x80105404L, 0xC0105404L, 0xC0105402L};

    private static final int BUFFER_HEADER_BYTES = 24;
    private static final int STATUS_OFFSET = 8;
    private static final int IN_LENGTH_OFFSET = 16;
    private static final int OUT_LENGTH_OFFSET = 20;
    private static final long BUFFER_VERSION = 1;
    private static final long IN_FLIGHT = -1;
    private static final long UNAVAILABLE = 0x8000000000000001L;

    private final Path path;
    private final Supplier<LinuxCalls> calls;

    TdxGuestDevice(Path path, Supplier<LinuxCalls> calls) {
        this.path = path;
        this.calls = calls;
    }

    Optional<String> absence() {
        return Files.exists(path) ? Optional.empty() : Optional.of("there is no device " + path);
    }

    /** A TDREPORT over the given report data. */
    byte[] report(Bytes reportData) {
        try (Descriptor device = Descriptor.open(calls.get(), path.toString(), LinuxCalls.O_RDWR);
                Memory argument = new Memory(REPORT_DATA_BYTES + REPORT_BYTES)) {
            argument.clear();
            argument.write(0, reportData.toArray(), 0, REPORT_DATA_BYTES);
            try {
                device.control(GET_REPORT, argument);
            } catch (LastErrorException e) {
                throw Errno.failure("the report call of " + path, e);
            }
            return argument.getByteArray(REPORT_DATA_BYTES, REPORT_BYTES);
        }
    }

    /**
     * A quote over a report, where the driver makes one. Only drivers that are not part of the kernel do.
     *
     * @throws AttesterException with {@link AttesterCode#ATTESTER_ABSENT} if this one does not
     */
    byte[] quote(byte[] report) {
        try (Descriptor device = Descriptor.open(calls.get(), path.toString(), LinuxCalls.O_RDWR);
                Memory buffer = new Memory(BUFFER_HEADER_BYTES + QuoteSource.MAX_QUOTE_BYTES);
                Memory argument = new Memory(16)) {
            for (long request : GET_QUOTE) {
                fill(buffer, report);
                argument.setPointer(0, buffer);
                argument.setLong(8, buffer.size());
                try {
                    device.control(request, argument);
                    return taken(buffer);
                } catch (LastErrorException e) {
                    if (e.getErrorCode() != Errno.ENOTTY) {
                        throw Errno.failure("the quote call of " + path, e);
                    }
                }
            }
        }
        throw new AttesterException(
                AttesterCode.ATTESTER_ABSENT,
                path
                        + " makes reports and no quotes, as in every kernel of Linux itself. Load the module of configfs-tsm,"
                        + " or name the quote generation service");
    }

    private static void fill(Memory buffer, byte[] report) {
        buffer.clear();
        buffer.setLong(0, BUFFER_VERSION);
        buffer.setInt(IN_LENGTH_OFFSET, report.length);
        buffer.write(BUFFER_HEADER_BYTES, report, 0, report.length);
    }

    private byte[] taken(Memory buffer) {
        long status = buffer.getLong(STATUS_OFFSET);
        if (status == IN_FLIGHT) {
            throw new AttesterException(AttesterCode.ATTESTER_BUSY, path + " is still occupied with a request");
        }
        if (status != 0) {
            throw new AttesterException(
                    AttesterCode.ATTESTER_FAILED,
                    status == UNAVAILABLE
                            ? "the host has no quote generation service"
                            : "the host answered " + path + " with status 0x" + Long.toHexString(status));
        }
        long length = Integer.toUnsignedLong(buffer.getInt(OUT_LENGTH_OFFSET));
        if (length < 1 || length > QuoteSource.MAX_QUOTE_BYTES) {
            throw new AttesterException(
                    AttesterCode.ATTESTER_FAILED, path + " gave a quote of " + length + " bytes, which can't be");
        }
        return buffer.getByteArray(BUFFER_HEADER_BYTES, (int) length);
    }
}
