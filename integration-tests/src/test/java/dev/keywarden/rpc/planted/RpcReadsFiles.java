package dev.keywarden.rpc.planted;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Breaks the rule that pure functions touch no file. */
final class RpcReadsFiles {
    private RpcReadsFiles() {}

    static byte[] read(Path file) throws IOException {
        return Files.readAllBytes(file);
    }
}
