package dev.keywarden.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/architecture.md} leads through the house by the names of classes and modules, so they must be there. */
final class ArchitecturePageTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    /** A class, alone, behind its package, or before one of its methods. */
    private static final Pattern CLASS = Pattern.compile("`(?:[a-z]+\\.)?([A-Z][a-z]\\w*[a-z])(?:\\.[a-z]\\w+)?`");

    private static final Pattern MODULE = Pattern.compile("`((?:core|plugins)/[a-z-]+)`");

    /** Of the JDK, of the protocol, and nested without its owner's name. */
    private static final Set<String> NO_FILES = Set.of("Admin", "Optional", "Lease");

    @Test
    void namesClassesThatAreThere() throws IOException {
        Set<String> known = new TreeSet<>(NO_FILES);
        for (String folder : List.of("core", "plugins", "integration-tests/src")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(folder))) {
                files.map(file -> file.getFileName().toString())
                        .filter(name -> name.endsWith(".java"))
                        .forEach(name -> known.add(name.substring(0, name.length() - ".java".length())));
            }
        }
        assertThat(known).containsAll(found(CLASS));
        assertThat(found(CLASS)).hasSizeGreaterThan(50);
    }

    @Test
    void namesEveryModule() throws IOException {
        Set<String> modules = new TreeSet<>();
        try (Stream<Path> core = Files.list(ROOT.resolve("core"))) {
            core.filter(folder -> Files.exists(folder.resolve("pom.xml")))
                    .forEach(folder -> modules.add("core/" + folder.getFileName()));
        }
        assertThat(found(MODULE)).containsAll(modules);
    }

    private static Set<String> found(Pattern pattern) throws IOException {
        return pattern.matcher(Files.readString(ROOT.resolve("docs/architecture.md")))
                .results()
                .map((MatchResult result) -> result.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
