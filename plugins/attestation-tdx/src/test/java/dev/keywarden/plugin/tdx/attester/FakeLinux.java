package dev.keywarden.plugin.tdx.attester;

import com.sun.jna.Library;
import com.sun.jna.Native;
import dev.keywarden.spi.Bytes;
import java.nio.file.Path;

/** The kernel of a TDX guest, made of C, with faults to set. */
@SuppressWarnings("EnumOrdinal") // the numbers are those of the C source
final class FakeLinux {
    /** What can be set; the order is that of the C source. */
    enum Knob {
        MKDIR_ERRNO,
        MKDIR_TAKEN,
        PROVIDER,
        OPEN_ERRNO,
        WRITE_SHORT,
        WRITE_ERRNO,
        CLOSE_ERRNO,
        READ_ERRNO,
        READ_CHUNK,
        OTHER_WRITERS,
        HANG,
        REPORT_ERRNO,
        QUOTE_REQUEST,
        QUOTE_STATUS,
        QUOTE_LENGTH,
        QUOTE_ERRNO,
        GENERATION_TEXT
    }

    /** What is counted; the order is that of the C source. */
    enum Counter {
        ENTRIES_MADE,
        ENTRIES_REMOVED,
        FILES_OPEN,
        QUOTE_READS
    }

    private static final Path LIBRARY = NativeFakes.build("fake_linux");
    private static final Controls CONTROLS = Native.load(LIBRARY.toString(), Controls.class);
    private static final LinuxCalls CALLS = LinuxCalls.of(LIBRARY.toString());

    private interface Controls extends Library {
        void fake_reset();

        void fake_set(int knob, long value);

        long fake_count(int counter);

        void fake_quote(byte[] bytes, int length);

        void fake_input(byte[] bytes);
    }

    private FakeLinux() {}

    /** A kernel without faults that gives this quote. */
    static FakeLinux giving(byte[] quote) {
        CONTROLS.fake_reset();
        CONTROLS.fake_quote(quote, quote.length);
        return new FakeLinux();
    }

    LinuxCalls calls() {
        return CALLS;
    }

    FakeLinux set(Knob knob, long value) {
        CONTROLS.fake_set(knob.ordinal(), value);
        return this;
    }

    long count(Counter counter) {
        return CONTROLS.fake_count(counter.ordinal());
    }

    /** The report data of the last request. */
    Bytes input() {
        byte[] input = new byte[64];
        CONTROLS.fake_input(input);
        return Bytes.of(input);
    }
}
