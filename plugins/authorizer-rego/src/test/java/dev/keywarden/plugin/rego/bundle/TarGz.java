package dev.keywarden.plugin.rego.bundle;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/** Makes archives, honest ones and others. */
public final class TarGz {
    private final ByteArrayOutputStream tar = new ByteArrayOutputStream();

    /** An archive of plain files. */
    public static byte[] of(Map<String, byte[]> files) {
        TarGz archive = new TarGz();
        files.forEach((name, content) -> archive.entry(name, '0', content.length, content));
        return archive.compressed();
    }

    /** The files of an archive. */
    public static Map<String, byte[]> files(byte[] archive) {
        try {
            return new java.util.TreeMap<>(TarGzReader.read(archive, new BundleLimits(1 << 24, 1 << 24))
                    .all());
        } catch (dev.keywarden.plugin.rego.engine.PolicyException e) {
            throw new AssertionError(e);
        }
    }

    /** One of the files, which must be there. */
    public static byte[] file(Map<String, byte[]> files, String name) {
        return java.util.Objects.requireNonNull(files.get(name), name);
    }

    /** Adds an entry that says it has so many bytes, and has these. */
    public TarGz entry(String name, char type, long size, byte[] content) {
        byte[] header = new byte[512];
        put(header, 0, name.getBytes(UTF_8));
        put(header, 100, "0000600\0".getBytes(US_ASCII));
        put(header, 124, String.format("%011o\0", size).getBytes(US_ASCII));
        put(header, 136, "00000000000\0".getBytes(US_ASCII));
        put(header, 148, "        ".getBytes(US_ASCII));
        header[156] = (byte) type;
        put(header, 157, "elsewhere".getBytes(US_ASCII));
        put(header, 257, "ustar\0".getBytes(US_ASCII));
        put(header, 263, "00".getBytes(US_ASCII));
        int sum = 0;
        for (byte b : header) {
            sum += b & 0xff;
        }
        put(header, 148, String.format("%06o\0 ", sum).getBytes(US_ASCII));
        tar.writeBytes(header);
        tar.writeBytes(content);
        tar.writeBytes(new byte[(512 - content.length % 512) % 512]);
        return this;
    }

    /** Ends the archive. */
    public byte[] compressed() {
        tar.writeBytes(new byte[1024]);
        return gzip(tar.toByteArray());
    }

    /** Compresses. */
    public static byte[] gzip(byte[] bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            new ByteArrayInputStream(bytes).transferTo(gzip);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static void put(byte[] header, int at, byte[] bytes) {
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }
}
