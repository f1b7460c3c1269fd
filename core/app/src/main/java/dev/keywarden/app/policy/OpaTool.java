package dev.keywarden.app.policy;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The {@code opa} program of this machine.
 *
 * @param program where it is
 */
public record OpaTool(Path program) {
    /** How a person gets it. */
    public static final String INSTALL = "go install github.com/open-policy-agent/opa@v1.22.2";

    /** A source tree's own tools, from its root and from its distribution {@code core/distribution/target/keywarden}. */
    private static final String TOOLS = "target/tools/bin";

    /**
     * What a run printed.
     *
     * @param exitCode 0 if it did what it was told
     * @param out standard output
     * @param err standard error
     */
    public record Run(int exitCode, String out, String err) {
        /** Whether it did what it was told. */
        public boolean succeeded() {
            return exitCode == 0;
        }

        /** All that a person should read of a run that failed. */
        public String complaint() {
            return (err.isBlank() ? out : err).strip();
        }
    }

    /**
     * Finds it on the path, or among the tools of a source tree.
     *
     * @param home the folder of the distribution this process runs from
     * @param searchPath the environment variable {@code PATH}
     * @throws PolicyFailure if there is none, with the command that installs it
     */
    public static OpaTool find(Path home, @Nullable String searchPath) {
        Stream<Path> onPath = Arrays.stream((searchPath == null ? "" : searchPath).split(File.pathSeparator, -1))
                .filter(folder -> !folder.isEmpty())
                .map(Path::of);
        Stream<Path> ofTree =
                Stream.of(Path.of(TOOLS), home.resolve("../../../..").resolve(TOOLS));
        return Stream.concat(onPath, ofTree)
                .map(folder -> folder.resolve("opa"))
                .filter(Files::isExecutable)
                .findFirst()
                .map(program -> new OpaTool(program.toAbsolutePath().normalize()))
                .orElseThrow(() -> new PolicyFailure("opa is neither on the PATH nor in " + TOOLS + ". Install it: "
                        + INSTALL + "   (and put $(go env GOPATH)/bin on the PATH)"));
    }

    /**
     * Runs it to its end.
     *
     * @param folder working directory
     * @param input standard input
     * @param arguments after the program's name
     */
    public Run run(Path folder, String input, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(program.toString());
        command.addAll(arguments);
        try {
            Process process =
                    new ProcessBuilder(command).directory(folder.toFile()).start();
            // Threads of their own: in a pool of one, reading errors would wait for what only feeding can bring about.
            FutureTask<String> err = new FutureTask<>(() -> text(process.getErrorStream()));
            Thread.startVirtualThread(err);
            Thread feeder = Thread.startVirtualThread(() -> feed(process.getOutputStream(), input));
            String out = text(process.getInputStream());
            feeder.join();
            return new Run(process.waitFor(), out, err.get());
        } catch (IOException e) {
            throw new PolicyFailure(
                    program + ": can't be started (" + e.getMessage() + "). Install it anew: " + INSTALL, e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("reading what a program printed does not throw", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PolicyFailure("interrupted while " + program + " ran", e);
        }
    }

    private static String text(InputStream stream) {
        try (stream) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "(its output ended: " + e.getMessage() + ")";
        }
    }

    /** A program that ends without reading everything is no failure of ours; its exit code says what happened. */
    private static void feed(OutputStream stream, String input) {
        try (stream) {
            stream.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            System.getLogger(OpaTool.class.getName()).log(System.Logger.Level.DEBUG, "opa did not read its input", e);
        }
    }
}
