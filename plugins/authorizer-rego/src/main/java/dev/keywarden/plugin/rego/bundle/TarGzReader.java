package dev.keywarden.plugin.rego.bundle;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywarden.plugin.rego.engine.PolicyException;
import dev.keywarden.plugin.rego.engine.PolicyException.Code;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * Reads a compressed tar archive into memory: plain files only, never more than allowed, nothing written anywhere.
 *
 * @implSpec POSIX.1-2017, pax, "ustar Interchange Format" and "pax Header Block"; the long names of GNU tar
 */
final class TarGzReader {
    private static final int BLOCK = 512;
    private static final int MAX_NAME_BYTES = 4096;

    private final InputStream in;
    private final BundleFiles files;
    private @Nullable String longName;

    private TarGzReader(InputStream in, BundleFiles files) {
        this.in = in;
        this.files = files;
    }

    static BundleFiles read(byte[] archive, BundleLimits limits) throws PolicyException {
        if (archive.length < 2 || (archive[0] & 0xff) != 0x1f || (archive[1] & 0xff) != 0x8b) {
            throw new PolicyException(
                    Code.BUNDLE_NOT_GZIP,
                    archive.length == 0
                            ? "is empty"
                            : "is not compressed with gzip; opa build -o makes a bundle.tar.gz");
        }
        BundleFiles files = new BundleFiles(limits);
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(archive))) {
            new TarGzReader(in, files).readAll();
            return files;
        } catch (EOFException e) {
            throw new PolicyException(Code.BUNDLE_TRUNCATED, "ends too early", e);
        } catch (ZipException e) {
            throw new PolicyException(Code.BUNDLE_CORRUPT, "is damaged: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new PolicyException(Code.BUNDLE_CORRUPT, "can't be unpacked: " + e.getMessage(), e);
        }
    }

    private void readAll() throws IOException, PolicyException {
        byte[] header = new byte[BLOCK];
        while (true) {
            int read = in.readNBytes(header, 0, BLOCK);
            if (read == 0 || isZero(header)) {
                drain();
                return;
            }
            if (read < BLOCK) {
                throw new EOFException();
            }
            entry(header);
        }
    }

    /** Reads to the end, so that the checksum is checked; what follows an archive counts as unpacked. */
    private void drain() throws IOException, PolicyException {
        byte[] rest = new byte[8192];
        long left = files.left();
        for (int read = in.read(rest); read >= 0; read = in.read(rest)) {
            left -= read;
            if (left < -BLOCK * 20L) {
                throw files.tooLarge();
            }
        }
    }

    private void entry(byte[] header) throws IOException, PolicyException {
        checkSum(header);
        long size = number(header, 124, 12);
        char type = (char) (header[156] & 0xff);
        String name = longName != null ? longName : name(header);
        switch (type) {
            case '0', '\0' -> {
                longName = null;
                files.add(name, content(size, files.left()));
            }
            case '5' -> longName = null;
            case 'L' -> longName = text(content(size, MAX_NAME_BYTES));
            case 'x' -> longName = paxPath(content(size, files.left()));
            case 'g' -> content(size, files.left());
            default ->
                throw new PolicyException(
                        Code.BUNDLE_BAD_PATH,
                        "has " + BundleFiles.shown(name) + ", which is no plain file (links are not followed)");
        }
    }

    private byte[] content(long size, long most) throws IOException, PolicyException {
        if (size < 0 || size > most || size > Integer.MAX_VALUE - BLOCK) {
            throw files.tooLarge();
        }
        byte[] content = in.readNBytes((int) size);
        long padding = (BLOCK - size % BLOCK) % BLOCK;
        if (content.length < size || in.readNBytes((int) padding).length < padding) {
            throw new EOFException();
        }
        return content;
    }

    private static void checkSum(byte[] header) throws PolicyException {
        long sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            sum += i >= 148 && i < 156 ? ' ' : header[i] & 0xff;
        }
        if (sum != number(header, 148, 8)) {
            throw new PolicyException(Code.BUNDLE_CORRUPT, "is no tar archive, or a damaged one");
        }
    }

    private static String name(byte[] header) {
        String name = text(Arrays.copyOfRange(header, 0, 100));
        boolean ustar = text(Arrays.copyOfRange(header, 257, 262)).equals("ustar");
        String prefix = ustar ? text(Arrays.copyOfRange(header, 345, 500)) : "";
        return prefix.isEmpty() ? name : prefix + "/" + name;
    }

    private static String text(byte[] bytes) {
        int end = 0;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, 0, end, UTF_8);
    }

    /** Octal digits, or, if the first bit is set, a number of the bytes themselves (base 256). */
    private static long number(byte[] header, int at, int width) throws PolicyException {
        if ((header[at] & 0x80) != 0) {
            long value = header[at] & 0x7f;
            for (int i = at + 1; i < at + width; i++) {
                value = (value << 8) | (header[i] & 0xff);
            }
            return value < 0 ? Long.MAX_VALUE : value;
        }
        String digits = text(Arrays.copyOfRange(header, at, at + width)).strip();
        try {
            return digits.isEmpty() ? 0 : Long.parseLong(digits, 8);
        } catch (NumberFormatException e) {
            throw new PolicyException(Code.BUNDLE_CORRUPT, "is no tar archive, or a damaged one", e);
        }
    }

    /** The record {@code path} of a pax header, whose records are {@code length key=value\n}. */
    private @Nullable String paxPath(byte[] header) throws PolicyException {
        String path = longName;
        int at = 0;
        while (at < header.length) {
            int space = at;
            while (space < header.length && header[space] != ' ') {
                space++;
            }
            try {
                int length = Integer.parseInt(new String(header, at, space - at, UTF_8));
                String record = new String(header, space + 1, at + length - space - 2, UTF_8);
                if (record.startsWith("path=")) {
                    path = record.substring("path=".length());
                }
                if (record.startsWith("size=")) {
                    throw new PolicyException(Code.BUNDLE_TOO_LARGE, "has a file of 8 GiB or more");
                }
                at += length;
            } catch (NumberFormatException | IndexOutOfBoundsException e) {
                throw new PolicyException(Code.BUNDLE_CORRUPT, "is no tar archive, or a damaged one", e);
            }
        }
        return path;
    }

    private static boolean isZero(byte[] block) {
        for (byte b : block) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }
}
