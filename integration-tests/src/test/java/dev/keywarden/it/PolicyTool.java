package dev.keywarden.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One run of a program that the launcher built for policies.
 *
 * @param exitCode what it ended with
 * @param output all that it printed
 */
record PolicyTool(int exitCode, String output) {
    static final Path POLICIES = DocumentedPage.ROOT.resolve("policies");

    /** Runs {@code opa} in a folder. */
    static PolicyTool opa(Path folder, String... arguments) {
        return run(program("opa"), folder, arguments);
    }

    /** Runs the linter. */
    static PolicyTool regal(Path folder, String... arguments) {
        return run(program("regal"), folder, arguments);
    }

    /** Where a program is; fails with what to do if it is not. */
    static Path program(String name) {
        Path program = DocumentedPage.ROOT.resolve("target/tools/bin").resolve(name);
        if (!Files.isExecutable(program)) {
            throw new AssertionError(program + " is missing: `./keywarden test` builds it");
        }
        return program;
    }

    private static PolicyTool run(Path program, Path folder, String... arguments) {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        try {
            Process process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new PolicyTool(process.waitFor(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
