package dev.keywarden.it;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The tools of {@code contracts/}, installed by npm from its lock, and what they compile. */
final class Foundry {
    static final Path FOLDER = DocumentedPage.ROOT.resolve("contracts");

    private static final Path PACKAGES = FOLDER.resolve("node_modules");
    private static final String UPGRADED = "test/support/Upgraded.sol";
    private static final long LIMIT_SECONDS = 300;
    private static boolean built;

    private Foundry() {}

    /**
     * One run of a program.
     *
     * @param exitCode its exit code
     * @param printed all that it printed, standard error among it
     */
    record Run(int exitCode, String printed) {
        /** Itself, if the program succeeded. */
        Run succeeded() {
            if (exitCode != 0) {
                throw new AssertionError("ended with " + exitCode + ":\n" + printed);
            }
            return this;
        }
    }

    /** @param name {@code anvil}, {@code cast} or {@code forge} */
    static Path tool(String name) {
        install();
        return FOLDER.resolve("tools").resolve(name);
    }

    /** {@code forge} in the contracts' folder. */
    static Run forge(String... arguments) {
        return forge(Map.of(), arguments);
    }

    /** @param environment added to this process's own */
    static Run forge(Map<String, String> environment, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(tool("forge").toString());
        command.addAll(Arrays.asList(arguments));
        return run(FOLDER, environment, command);
    }

    /**
     * What the compiler made of a contract: {@code abi}, {@code bytecode.object} and so on.
     *
     * @param source the name of its file, which tells apart contracts of the same name
     */
    static synchronized JsonNode artifact(String source, String contract) {
        if (!built) {
            forge("build").succeeded();
            built = true;
        }
        return Recordings.json(FOLDER.resolve("out").resolve(source).resolve(contract + ".json"));
    }

    /** The creation code of a contract that has a file of its own, as hexadecimal digits after {@code 0x}. */
    static String creationCode(String contract) {
        return artifact(contract + ".sol", contract).at("/bytecode/object").asText();
    }

    /**
     * The contracts alone, compiled with all that the compiler knows about them, for tools that analyse them. Made anew when a
     * source has changed, because those tools take leftovers of older sources for a part of it.
     */
    static synchronized Path analysis() throws IOException {
        Path folder = FOLDER.resolve("out/analysis");
        Path done = folder.resolve(".sources");
        StringBuilder sources = new StringBuilder(Files.readString(FOLDER.resolve("foundry.toml")));
        try (Stream<Path> files = Files.walk(FOLDER.resolve("src"))) {
            for (Path file : Stream.concat(files, Stream.of(FOLDER.resolve(UPGRADED)))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList()) {
                sources.append(Files.readString(file));
            }
        }
        if (!Files.exists(done) || !Files.readString(done).contentEquals(sources)) {
            delete(folder);
            delete(FOLDER.resolve("cache/analysis"));
            forge(Map.of("FOUNDRY_PROFILE", "analysis"), "build", "src", UPGRADED)
                    .succeeded();
            Files.writeString(done, sources);
        }
        return folder;
    }

    /** Slither over the contracts, installed by pip from {@code requirements.txt} into a place of its own. */
    static Run slither() throws IOException {
        Path out = analysis();
        Path venv = Path.of("target", "slither").toAbsolutePath();
        Path done = venv.resolve(".installed");
        String wanted = Files.readString(FOLDER.resolve("requirements.txt"));
        if (!Files.exists(done) || !Files.readString(done).equals(wanted)) {
            run(FOLDER, Map.of(), List.of("python3", "-m", "venv", venv.toString()))
                    .succeeded();
            run(FOLDER, Map.of(), List.of(venv + "/bin/pip", "install", "--quiet", "-r", "requirements.txt"))
                    .succeeded();
            Files.writeString(done, wanted);
        }
        return run(
                FOLDER,
                Map.of("PATH", FOLDER.resolve("tools") + ":" + System.getenv("PATH"), "FOUNDRY_PROFILE", "analysis"),
                List.of(
                        venv + "/bin/slither",
                        ".",
                        "--foundry-ignore-compile",
                        "--foundry-out-directory",
                        FOLDER.relativize(out).toString(),
                        "--filter-paths",
                        "node_modules"));
    }

    private static synchronized void install() {
        Path done = PACKAGES.resolve(".installed");
        try {
            String wanted = Files.readString(FOLDER.resolve("package-lock.json"));
            if (!Files.exists(done) || !Files.readString(done).equals(wanted)) {
                run(FOLDER, Map.of(), List.of("npm", "ci")).succeeded();
                Files.writeString(done, wanted);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Run run(Path folder, Map<String, String> environment, List<String> command) {
        Path output = emptyFile();
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(output.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
                throw new AssertionError(String.join(" ", command) + " did not end within " + LIMIT_SECONDS + " s:\n"
                        + Files.readString(output, StandardCharsets.UTF_8));
            }
            return new Run(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(command.getFirst() + " can't be used here: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        } finally {
            delete(output);
        }
    }

    private static Path emptyFile() {
        try {
            return Files.createTempFile("keywarden-run", ".log");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path path) {
        if (!Files.exists(path)) {
            return;
        }
        try (Stream<Path> files = Files.walk(path)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
