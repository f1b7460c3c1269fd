package dev.keywarden.app.policy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A policy author's folder: Rego, {@code data.json} files, the input's schema and the engine's capabilities.
 *
 * @param root the folder
 */
public record PolicyFolder(Path root) {
    /** The document that a node asks for, as OPA names entry points. */
    public static final String ENTRYPOINT = "keywarden/decision";

    /** The same as a query. */
    static final String DECISION = "data.keywarden.decision";

    private static final String SCHEMAS = "schemas";
    private static final String CAPABILITIES = "capabilities.json";
    private static final String TESTS = "*_test.rego";
    private static final String BUNDLES = "*.tar.gz";

    /** @throws PolicyFailure if there is no such folder, or no Rego in it */
    public PolicyFolder {
        if (!Files.isDirectory(root)) {
            throw new PolicyFailure(root + ": no such folder. Make one with `keywarden policy new " + root + "`");
        }
        try (Stream<Path> files = Files.walk(root)) {
            if (files.noneMatch(file -> file.toString().endsWith(".rego"))) {
                throw new PolicyFailure(
                        root + ": has no Rego. Make a policy to begin with by `keywarden policy new DIR`");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One thing that must hold of a policy, and how `opa` finds out. */
    public record Check(String name, List<String> arguments) {}

    /**
     * What has to hold before a bundle is worth building.
     *
     * @param coverage percentage of lines that tests must reach; 0 for no such demand
     */
    public List<Check> checks(double coverage) {
        List<Check> checks = new ArrayList<>();
        checks.add(new Check("format", List.of("fmt", "--fail", "--list", ".")));
        List<String> check = new ArrayList<>(List.of("check", "--strict", "--bundle", "--ignore", TESTS));
        check.addAll(List.of("--ignore", BUNDLES));
        if (Files.isDirectory(root.resolve(SCHEMAS))) {
            check.addAll(List.of("--schema", SCHEMAS));
        }
        check.addAll(capabilities());
        check.add(".");
        checks.add(new Check("check", check));
        checks.add(new Check("test", List.of("test", "--bundle", "--timeout", "60s", "--ignore", BUNDLES, ".")));
        if (coverage > 0) {
            checks.add(new Check(
                    "coverage",
                    List.of(
                            "test",
                            "--bundle",
                            "--timeout",
                            "60s",
                            "--ignore",
                            BUNDLES,
                            "--coverage",
                            "--threshold",
                            Double.toString(coverage),
                            ".")));
        }
        return checks;
    }

    /** How to build a bundle: the tests stay behind, and what the node's engine lacks is refused. */
    public List<String> buildArguments(Path output, String revision) {
        List<String> arguments = new ArrayList<>(List.of("build", "--target", "wasm", "--entrypoint", ENTRYPOINT));
        arguments.addAll(List.of("--revision", revision, "--ignore", TESTS, "--ignore", BUNDLES));
        arguments.addAll(capabilities());
        arguments.addAll(List.of("--output", output.toAbsolutePath().toString(), "--bundle", "."));
        return arguments;
    }

    /** How to ask a query about the input on standard input. */
    List<String> evalArguments(String query, String... more) {
        List<String> arguments =
                new ArrayList<>(List.of("eval", "--stdin-input", "--ignore", TESTS, "--ignore", BUNDLES));
        arguments.addAll(List.of(more));
        arguments.addAll(List.of("--bundle", ".", query));
        return arguments;
    }

    private List<String> capabilities() {
        return Files.exists(root.resolve(CAPABILITIES)) ? List.of("--capabilities", CAPABILITIES) : List.of();
    }
}
