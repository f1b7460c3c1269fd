package dev.keywarden.attestation;

import dev.keywarden.spi.Bytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The firmware's event log of a trust domain in the TCG's crypto-agile format, as the ACPI table CCEL shows it (TDX fact
 * sheet, section 5.6). It proves nothing by itself: only what replays to the registers of a verified quote was measured.
 *
 * <p>The area is larger than the log, and every length in it is read as hostile.
 */
public final class TcgEventLog {
    private static final String LEGACY_HEADER = "the header";
    private static final int LEGACY_DIGEST_BYTES = 20;
    private static final int SPEC_ID_FIXED_BYTES = 24;
    private static final int MAX_ALGORITHMS = 16;
    private static final int MAX_DIGEST_BYTES = 64;
    private static final int SHA384 = 0x000C;
    private static final int SHA384_BYTES = 48;
    private static final long NO_ACTION = 3;
    private static final long END = 0xFFFFFFFFL;

    private final ByteBuffer in;
    private final Map<Integer, Integer> digestBytes = new HashMap<>();

    private TcgEventLog(Bytes area) {
        this.in = ByteBuffer.wrap(area.toArray()).order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Reads the measurements into the four run-time registers, in the order of the log.
     *
     * <p>The log counts MRTD as 0 and RTMR0 as 1, the result RTMR0 as 0; this is the one place that converts. Records about
     * MRTD, the header among them, are left out, for they extend no register.
     *
     * @param area the whole area, what follows the log included
     * @throws EnvelopeException if it is not such a log
     */
    public static List<TdxEvent> parse(Bytes area) {
        TcgEventLog log = new TcgEventLog(area);
        log.readHeader();
        return log.readEvents();
    }

    /** The first record has the older form and names the algorithms of all that follow. */
    private void readHeader() {
        require(8 + LEGACY_DIGEST_BYTES + 4, LEGACY_HEADER);
        in.getInt();
        long type = unsignedInt();
        if (type != NO_ACTION) {
            throw malformed("it does not begin with a header");
        }
        in.position(in.position() + LEGACY_DIGEST_BYTES);
        int length = takeLength(LEGACY_HEADER);
        int end = in.position() + length;
        require(SPEC_ID_FIXED_BYTES + 4, LEGACY_HEADER);
        in.position(in.position() + SPEC_ID_FIXED_BYTES);
        long algorithms = unsignedInt();
        if (algorithms < 1 || algorithms > MAX_ALGORITHMS) {
            throw malformed("its header names " + algorithms + " algorithms");
        }
        for (int i = 0; i < algorithms; i++) {
            require(4, LEGACY_HEADER);
            int algorithm = Short.toUnsignedInt(in.getShort());
            int bytes = Short.toUnsignedInt(in.getShort());
            if (bytes < 1 || bytes > MAX_DIGEST_BYTES || digestBytes.put(algorithm, bytes) != null) {
                throw malformed("its header describes algorithm " + algorithm + " in a way that can't be");
            }
        }
        if (in.position() > end) {
            throw malformed("its header is longer than it says");
        }
        in.position(end);
    }

    private List<TdxEvent> readEvents() {
        List<TdxEvent> events = new ArrayList<>();
        while (in.remaining() >= 8) {
            long index = unsignedInt();
            long type = unsignedInt();
            if (index == END || (index == 0 && type == 0)) {
                break;
            }
            if (events.size() == AttestationEnvelope.MAX_EVENTS) {
                throw malformed("it has more than " + AttestationEnvelope.MAX_EVENTS + " events");
            }
            Bytes digest = readDigests();
            require(4, "an event");
            Bytes payload = bytes(takeLength("an event"));
            if (index > 0) {
                events.add(new TdxEvent(index - 1, type, digest, "", payload));
            }
        }
        return events;
    }

    /** The SHA-384 digest of one record, which may have others too. */
    private Bytes readDigests() {
        require(4, "an event");
        long count = unsignedInt();
        if (count > MAX_ALGORITHMS) {
            throw malformed("an event has " + count + " digests");
        }
        Bytes found = Bytes.EMPTY;
        for (int i = 0; i < count; i++) {
            require(2, "a digest");
            int algorithm = Short.toUnsignedInt(in.getShort());
            Integer bytes = digestBytes.get(algorithm);
            if (bytes == null) {
                throw malformed("an event has a digest of algorithm " + algorithm + ", which the header does not name");
            }
            require(bytes, "a digest");
            Bytes digest = bytes(bytes);
            if (algorithm == SHA384 && bytes == SHA384_BYTES) {
                found = digest;
            }
        }
        return found;
    }

    private Bytes bytes(int length) {
        byte[] value = new byte[length];
        in.get(value);
        return Bytes.of(value);
    }

    /** A declared length, compared with what is left behind it before anything is done with it. */
    private int takeLength(String what) {
        long length = unsignedInt();
        if (length > in.remaining()) {
            throw malformed(what + " at offset " + in.position() + " runs past the end");
        }
        return (int) length;
    }

    private long unsignedInt() {
        return Integer.toUnsignedLong(in.getInt());
    }

    private void require(int bytes, String what) {
        if (in.remaining() < bytes) {
            throw malformed(what + " at offset " + in.position() + " runs past the end");
        }
    }

    private static EnvelopeException malformed(String why) {
        return new EnvelopeException("the firmware's event log can't be read: " + why);
    }
}
