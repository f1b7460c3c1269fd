package dev.keywarden.it;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The ecosystem's own clients, installed by name through the package clients of this machine. */
final class ForeignClients {
    private static final Path SOURCES = Path.of("foreign").toAbsolutePath();
    private static final Path INSTALLED = Path.of("target", "foreign").toAbsolutePath();
    private static final long LIMIT_SECONDS = 240;

    private ForeignClients() {}

    /** The npm package. */
    static JsonNode npm(JsonNode key) {
        installOnce("package.json", "npm", "apt-get install nodejs npm", () -> {
            copy("package.json");
            copy("env-key.mjs");
            run(List.of("npm", "install", "--no-package-lock", "--no-audit", "--no-fund"), "");
        });
        return Recordings.json(run(List.of("node", "env-key.mjs"), key.toString()));
    }

    /** The PyPI package. */
    static JsonNode python(JsonNode key) {
        installOnce("requirements.txt", "python3", "apt-get install python3-venv", () -> {
            copy("requirements.txt");
            copy("env_key.py");
            run(List.of("python3", "-m", "venv", "venv"), "");
            run(List.of("venv/bin/pip", "install", "--quiet", "-r", "requirements.txt"), "");
        });
        return Recordings.json(run(List.of("venv/bin/python", "env_key.py"), key.toString()));
    }

    /**
     * The quote verifier that the reference uses, from PyPI: by name its report, or the text of its refusal, for cases of one JSON
     * object a line. With an empty {@code root} Intel's is trusted.
     */
    static JsonNode dcapQvl(String cases) {
        installOnce("dcap-qvl-requirements.txt", "python3", "apt-get install python3-venv", () -> {
            copy("dcap-qvl-requirements.txt");
            run(List.of("python3", "-m", "venv", "dcap-qvl"), "");
            run(List.of("dcap-qvl/bin/pip", "install", "--quiet", "-r", "dcap-qvl-requirements.txt"), "");
        });
        String script = SOURCES.resolve("dcap_qvl_verify.py").toString();
        return Recordings.json(run(List.of("dcap-qvl/bin/python", script), cases));
    }

    /**
     * go-tdx-guest, as its command {@code check} calls it: verdicts by name for cases of one JSON object a line, in which {@code
     * pccs} may stand for {@code collateral}. Without a {@code root} Intel's is trusted.
     */
    static JsonNode goTdxGuest(String cases) {
        String output =
                run(SOURCES, List.of(goPrograms().resolve("go-tdx-guest").toString()), cases);
        return Recordings.json(output.substring(output.stripTrailing().lastIndexOf('\n') + 1));
    }

    /** What go-tdx-guest's command {@code check} ended with: 0 if a quote is good, 2 if its signatures are not, 4 if its policy refuses. */
    static int goTdxCheck(List<String> arguments) {
        List<String> command =
                new ArrayList<>(List.of(goPrograms().resolve("check").toString()));
        command.addAll(arguments);
        return start(SOURCES, command, "").exitCode();
    }

    /** Where Go's client built them; it knows by itself what is up to date. */
    private static Path goPrograms() {
        Path programs = INSTALLED.resolve("go-tdx-guest");
        run(
                SOURCES.resolve("go-tdx-guest"),
                List.of(
                        "go",
                        "build",
                        "-buildvcs=false",
                        "-o",
                        programs + "/",
                        ".",
                        "github.com/google/go-tdx-guest/tools/check"),
                "");
        return programs;
    }

    private interface Installation {
        void perform() throws IOException;
    }

    private static void installOnce(String list, String tool, String remedy, Installation installation) {
        Path done = INSTALLED.resolve(list + ".installed");
        try {
            String wanted = Files.readString(SOURCES.resolve(list));
            if (Files.exists(done) && Files.readString(done).equals(wanted)) {
                return;
            }
            Files.createDirectories(INSTALLED);
            Files.deleteIfExists(done);
            installation.perform();
            Files.writeString(done, wanted);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    tool + " can't be used here (" + e.getMessage() + "). Install it: " + remedy, e);
        }
    }

    private static void copy(String file) throws IOException {
        Files.copy(SOURCES.resolve(file), INSTALLED.resolve(file), StandardCopyOption.REPLACE_EXISTING);
    }

    private static String run(List<String> command, String input) {
        return run(INSTALLED, command, input);
    }

    private static String run(Path directory, List<String> command, String input) {
        Ended ended = start(directory, command, input);
        if (ended.exitCode() != 0) {
            throw new AssertionError(
                    String.join(" ", command) + " failed; what it printed is in the test's output: " + ended.output());
        }
        return ended.output();
    }

    /** How a program ended. */
    private record Ended(int exitCode, String output) {}

    private static Ended start(Path directory, List<String> command, String input) {
        try {
            Process process = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException(String.join(" ", command) + " did not end");
            }
            return new Ended(process.exitValue(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(command.getFirst() + " can't be used here", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
