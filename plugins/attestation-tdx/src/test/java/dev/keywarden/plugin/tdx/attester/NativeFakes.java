package dev.keywarden.plugin.tdx.attester;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Builds the fakes written in C with the system's compiler. */
final class NativeFakes {
    private NativeFakes() {}

    /** The path of the shared library made of one source file. */
    static Path build(String source) {
        try {
            Path folder = Files.createTempDirectory("keywarden-fake");
            Path library = folder.resolve("lib" + source + ".so");
            Process compiler = new ProcessBuilder(
                            "cc",
                            "-shared",
                            "-fPIC",
                            "-O1",
                            "-fno-builtin",
                            "-w",
                            "-o",
                            library.toString(),
                            Path.of("src/test/c/" + source + ".c")
                                    .toAbsolutePath()
                                    .toString())
                    .redirectErrorStream(true)
                    .start();
            String output = new String(compiler.getInputStream().readAllBytes(), UTF_8);
            assertThat(compiler.waitFor(60, TimeUnit.SECONDS) && compiler.exitValue() == 0)
                    .as("cc: %s", output)
                    .isTrue();
            return library;
        } catch (IOException e) {
            throw new IllegalStateException("The tests need a C compiler: apt-get install gcc libc6-dev", e);
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
    }
}
