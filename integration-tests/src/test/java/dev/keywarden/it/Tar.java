package dev.keywarden.it;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** Reads gzipped tars, as far as tests need it. */
final class Tar {
    private static final int BLOCK = 512;

    private Tar() {}

    /** The content of a file with this name, as it stands in the archive. */
    static byte[] file(Path archive, String name) throws IOException {
        try (DataInputStream in = new DataInputStream(new GZIPInputStream(Files.newInputStream(archive)))) {
            byte[] header = new byte[BLOCK];
            for (in.readFully(header); header[0] != 0; in.readFully(header)) {
                String found = new String(header, 0, 100, StandardCharsets.UTF_8).replace("\0", "");
                int size = Integer.parseInt(new String(header, 124, 11, StandardCharsets.US_ASCII), 8);
                byte[] content = new byte[size];
                in.readFully(content);
                in.readFully(new byte[(BLOCK - size % BLOCK) % BLOCK]);
                if (found.equals(name)) {
                    return content;
                }
            }
            throw new IOException(archive + " has no " + name);
        }
    }
}
