package dev.keywarden.app.policy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * A bundle as a file: a gzipped tar (POSIX ustar: headers of 512 bytes, contents padded to as many) of plain files.
 *
 * @param files contents by name, as the names stand in the archive
 */
record BundleArchive(Map<String, byte[]> files) {
    private static final int BLOCK = 512;
    private static final int NAME_BYTES = 100;
    private static final int SIZE_AT = 124;
    private static final int SIZE_DIGITS = 11;
    private static final int CHECKSUM_AT = 148;
    private static final int CHECKSUM_BYTES = 8;
    private static final int TYPE_AT = 156;
    private static final int MAGIC_AT = 257;
    private static final int MODE_AT = 100;
    private static final int LONGEST = 512 << 20;

    /** @throws PolicyFailure if it is no bundle */
    static BundleArchive read(Path file) {
        Map<String, byte[]> files = new LinkedHashMap<>();
        try (DataInputStream in =
                new DataInputStream(new GZIPInputStream(new ByteArrayInputStream(Files.readAllBytes(file))))) {
            byte[] header = new byte[BLOCK];
            while (true) {
                in.readFully(header);
                if (header[0] == 0) {
                    return new BundleArchive(files);
                }
                int size = Integer.parseInt(text(header, SIZE_AT, SIZE_DIGITS), 8);
                if (size > LONGEST) {
                    throw new IOException("it has a file of " + size + " bytes");
                }
                byte[] content = new byte[size];
                in.readFully(content);
                in.readFully(new byte[padding(size)]);
                if (header[TYPE_AT] == '0' || header[TYPE_AT] == 0) {
                    files.put(text(header, 0, NAME_BYTES), content);
                }
            }
        } catch (IOException | NumberFormatException e) {
            throw new PolicyFailure(file + ": no bundle (" + e + "). Build one with `keywarden policy build DIR`", e);
        }
    }

    private static String text(byte[] header, int from, int length) {
        int end = from;
        while (end < from + length && header[end] != 0) {
            end++;
        }
        return new String(header, from, end - from, StandardCharsets.UTF_8).strip();
    }

    private static int padding(int size) {
        return (BLOCK - size % BLOCK) % BLOCK;
    }

    /** Writes it so that the same files always give the same bytes. */
    void write(Path file) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> entry : files.entrySet()) {
                out.write(header(entry.getKey(), entry.getValue().length));
                out.write(entry.getValue());
                out.write(new byte[padding(entry.getValue().length)]);
            }
            out.write(new byte[2 * BLOCK]);
            out.finish();
            Files.write(file, bytes.toByteArray());
        } catch (IOException e) {
            throw new PolicyFailure(file + ": can't be written (" + e + ")", e);
        }
    }

    private static byte[] header(String name, int size) throws IOException {
        byte[] encoded = name.getBytes(StandardCharsets.UTF_8);
        if (encoded.length > NAME_BYTES) {
            throw new IOException("the name " + name + " is too long");
        }
        byte[] header = new byte[BLOCK];
        System.arraycopy(encoded, 0, header, 0, encoded.length);
        put(header, MODE_AT, "0000600\0" + "0000000\0" + "0000000\0");
        put(header, SIZE_AT, String.format("%011o\0%011o\0", size, 0));
        put(header, CHECKSUM_AT, " ".repeat(CHECKSUM_BYTES));
        header[TYPE_AT] = '0';
        put(header, MAGIC_AT, "ustar\00000");
        int sum = 0;
        for (byte b : header) {
            sum += b & 0xff;
        }
        put(header, CHECKSUM_AT, String.format("%06o\0 ", sum));
        return header;
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }
}
