package dev.keywarden.dcap;

import java.io.Serial;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * Reads DER (ITU-T X.690, section 10) and nothing laxer: definite lengths, minimal encodings, no bytes left over. It goes
 * through the elements of one level from left to right; an element with elements inside gives a reader of its own.
 */
final class DerReader {
    static final int BOOLEAN = 0x01;
    static final int INTEGER = 0x02;
    static final int BIT_STRING = 0x03;
    static final int OCTET_STRING = 0x04;
    static final int OBJECT_IDENTIFIER = 0x06;
    static final int ENUMERATED = 0x0a;
    static final int UTF8_STRING = 0x0c;
    static final int PRINTABLE_STRING = 0x13;
    static final int UTC_TIME = 0x17;
    static final int GENERALIZED_TIME = 0x18;
    static final int SEQUENCE = 0x30;
    static final int SET = 0x31;

    /** Not DER, or not the element that must stand there. Says which, for people. */
    static final class MalformedDerException extends Exception {
        @Serial
        private static final long serialVersionUID = 1L;

        MalformedDerException(String message) {
            super(message, null, false, false);
        }

        /** The message; unlike in other exceptions never {@code null}. */
        @Override
        public String getMessage() {
            return String.valueOf(super.getMessage());
        }
    }

    private final ByteView bytes;
    private int offset;

    private DerReader(ByteView bytes) {
        this.bytes = bytes;
    }

    static DerReader of(ByteView bytes) {
        return new DerReader(bytes);
    }

    boolean atEnd() {
        return offset == bytes.length();
    }

    /** Requires that nothing is left at this level. */
    void end() throws MalformedDerException {
        if (!atEnd()) {
            throw new MalformedDerException((bytes.length() - offset) + " bytes left over");
        }
    }

    /** Whether the next element has this tag. */
    boolean nextIs(int tag) {
        return !atEnd() && bytes.unsignedAt(offset) == tag;
    }

    /** The content of the next element, which must have this tag. */
    ByteView content(int tag) throws MalformedDerException {
        if (atEnd()) {
            throw new MalformedDerException("element 0x%02x is missing".formatted(tag));
        }
        int found = bytes.unsignedAt(offset);
        if (found != tag) {
            throw new MalformedDerException("element 0x%02x where 0x%02x must stand".formatted(found, tag));
        }
        offset++;
        return take(length());
    }

    /** The next element whole, tag and length included; it must have this tag. */
    ByteView element(int tag) throws MalformedDerException {
        int start = offset;
        content(tag);
        return bytes.slice(start, offset - start);
    }

    /** The next element whole, whatever it is. */
    ByteView anyElement() throws MalformedDerException {
        if (atEnd()) {
            throw new MalformedDerException("an element is missing");
        }
        int tag = bytes.unsignedAt(offset);
        if ((tag & 0x1f) == 0x1f) {
            throw new MalformedDerException("a tag of more than one byte");
        }
        return element(tag);
    }

    DerReader sequence() throws MalformedDerException {
        return of(content(SEQUENCE));
    }

    /** The elements inside an explicit tag {@code [number]}, or nothing if the next element is another. */
    Optional<DerReader> explicit(int number) throws MalformedDerException {
        int tag = 0xa0 | number;
        return nextIs(tag) ? Optional.of(of(content(tag))) : Optional.empty();
    }

    /** The content octets of an object identifier; callers compare them with those they know. */
    ByteView objectIdentifier() throws MalformedDerException {
        ByteView oid = content(OBJECT_IDENTIFIER);
        if (oid.length() == 0 || oid.unsignedAt(oid.length() - 1) >= 0x80) {
            throw new MalformedDerException("an unfinished object identifier");
        }
        boolean first = true;
        for (int i = 0; i < oid.length(); i++) {
            if (first && oid.unsignedAt(i) == 0x80) {
                throw new MalformedDerException("an object identifier with padding");
            }
            first = oid.unsignedAt(i) < 0x80;
        }
        return oid;
    }

    /** The magnitude of an integer above zero, big-endian without leading zeros. */
    ByteView positiveInteger() throws MalformedDerException {
        ByteView magnitude = nonNegativeInteger(INTEGER);
        if (magnitude.isZero()) {
            throw new MalformedDerException("a zero where a positive number must stand");
        }
        return magnitude;
    }

    /** An integer from zero to {@code max}, which is below 2^31. */
    int integerUpTo(int max) throws MalformedDerException {
        return smallNumber(INTEGER, max);
    }

    /** An enumerated value from zero to {@code max}. */
    int enumeratedUpTo(int max) throws MalformedDerException {
        return smallNumber(ENUMERATED, max);
    }

    boolean booleanValue() throws MalformedDerException {
        ByteView content = content(BOOLEAN);
        if (content.length() != 1) {
            throw new MalformedDerException("a boolean of " + content.length() + " bytes");
        }
        return switch (content.unsignedAt(0)) {
            case 0x00 -> false;
            case 0xff -> true;
            default -> throw new MalformedDerException("a boolean that is neither 00 nor ff");
        };
    }

    /** A boolean whose default is false, and which DER therefore leaves out when it is false. */
    boolean defaultFalse() throws MalformedDerException {
        if (!nextIs(BOOLEAN)) {
            return false;
        }
        if (!booleanValue()) {
            throw new MalformedDerException("a default value that is written out");
        }
        return true;
    }

    ByteView octetString() throws MalformedDerException {
        return content(OCTET_STRING);
    }

    /** A bit string whose bits fill whole bytes. */
    ByteView wholeBytes() throws MalformedDerException {
        ByteView content = content(BIT_STRING);
        if (content.length() == 0 || content.unsignedAt(0) != 0) {
            throw new MalformedDerException("a bit string that does not fill its bytes");
        }
        return content.slice(1, content.length() - 1);
    }

    /** A bit string of up to 16 bits as flags: bit n of the result is bit n of the string. */
    int flags() throws MalformedDerException {
        ByteView content = content(BIT_STRING);
        if (content.length() < 1 || content.length() > 3) {
            throw new MalformedDerException("flags of " + content.length() + " bytes");
        }
        int unused = content.unsignedAt(0);
        int bits = 8 * (content.length() - 1);
        if (unused > 7 || unused > bits) {
            throw new MalformedDerException("a bit string with " + unused + " unused bits");
        }
        int flags = 0;
        for (int bit = 0; bit < bits; bit++) {
            boolean set = (content.unsignedAt(1 + bit / 8) >> (7 - bit % 8) & 1) != 0;
            if (set && bit >= bits - unused) {
                throw new MalformedDerException("an unused bit that is set");
            }
            flags |= set ? 1 << bit : 0;
        }
        return flags;
    }

    /** A UTCTime or GeneralizedTime in the form of RFC 5280, section 4.1.2.5: whole seconds, zone Z. */
    Instant time() throws MalformedDerException {
        boolean utc = nextIs(UTC_TIME);
        ByteView text = content(utc ? UTC_TIME : GENERALIZED_TIME);
        int yearDigits = utc ? 2 : 4;
        if (text.length() != yearDigits + 11 || text.unsignedAt(yearDigits + 10) != 'Z') {
            throw new MalformedDerException("a time that is not of the form for certificates");
        }
        int year = digits(text, 0, yearDigits);
        if (utc) {
            year += year < 50 ? 2000 : 1900;
        }
        int[] parts = new int[5];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = digits(text, yearDigits + 2 * i, 2);
        }
        try {
            return LocalDateTime.of(year, parts[0], parts[1], parts[2], parts[3], parts[4])
                    .toInstant(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            throw new MalformedDerException("a time that does not exist");
        }
    }

    private int smallNumber(int tag, int max) throws MalformedDerException {
        ByteView magnitude = nonNegativeInteger(tag);
        long value = 0;
        for (int i = 0; i < magnitude.length() && value <= max; i++) {
            value = value << 8 | magnitude.unsignedAt(i);
        }
        if (value > max) {
            throw new MalformedDerException("a number above " + max);
        }
        return (int) value;
    }

    private ByteView nonNegativeInteger(int tag) throws MalformedDerException {
        ByteView content = content(tag);
        if (content.length() == 0) {
            throw new MalformedDerException("a number without digits");
        }
        if (content.unsignedAt(0) >= 0x80) {
            throw new MalformedDerException("a negative number");
        }
        if (content.unsignedAt(0) != 0 || content.length() == 1) {
            return content;
        }
        if (content.unsignedAt(1) < 0x80) {
            throw new MalformedDerException("a number with padding");
        }
        return content.slice(1, content.length() - 1);
    }

    private static int digits(ByteView text, int from, int count) throws MalformedDerException {
        int value = 0;
        for (int i = from; i < from + count; i++) {
            int digit = text.unsignedAt(i) - '0';
            if (digit < 0 || digit > 9) {
                throw new MalformedDerException("a time with something other than digits");
            }
            value = 10 * value + digit;
        }
        return value;
    }

    private int length() throws MalformedDerException {
        int first = take(1).unsignedAt(0);
        if (first < 0x80) {
            return first;
        }
        int count = first & 0x7f;
        if (count < 1 || count > 3) {
            throw new MalformedDerException(count == 0 ? "an indefinite length" : "a length of " + count + " bytes");
        }
        ByteView octets = take(count);
        int length = 0;
        for (int i = 0; i < count; i++) {
            length = length << 8 | octets.unsignedAt(i);
        }
        if (length < 0x80 || octets.unsignedAt(0) == 0) {
            throw new MalformedDerException("a length with padding");
        }
        return length;
    }

    private ByteView take(int size) throws MalformedDerException {
        if (size > bytes.length() - offset) {
            throw new MalformedDerException(
                    "%d bytes needed where %d are left".formatted(size, bytes.length() - offset));
        }
        ByteView taken = bytes.slice(offset, size);
        offset += size;
        return taken;
    }
}
