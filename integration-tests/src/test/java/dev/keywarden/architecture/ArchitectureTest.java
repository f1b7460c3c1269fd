package dev.keywarden.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.EvaluationResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The rules of the house over every module's compiled main classes.
 *
 * <p>Each rule is also run over classes planted to break it, because a rule that was never seen to fail is not a rule yet.
 */
final class ArchitectureTest {
    private static final int FEWEST_CLASSES_OF_A_REAL_HOUSE = 150;

    private static JavaClasses house;
    private static JavaClasses planted;

    @BeforeAll
    static void importClasses() throws IOException {
        Path root = Path.of("..").toAbsolutePath().normalize();
        house = new ClassFileImporter().importPaths(compiledClasses(root));
        planted = new ClassFileImporter()
                .importPaths(Path.of("target", "test-classes"))
                .that(com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage(
                        "dev.keywarden..planted.."));
    }

    private static List<Path> compiledClasses(Path root) throws IOException {
        try (Stream<Path> core = Files.list(root.resolve("core"));
                Stream<Path> plugins = Files.list(root.resolve("plugins"))) {
            return Stream.concat(core, plugins)
                    .map(module -> module.resolve("target").resolve("classes"))
                    .filter(Files::isDirectory)
                    .toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @Test
    void theWholeHouseWasLookedAt() {
        assertThat(house.size()).isGreaterThan(FEWEST_CLASSES_OF_A_REAL_HOUSE);
        assertThat(house.stream().map(type -> type.getPackageName().split("\\.", -1)[2]))
                .contains(
                        "spi",
                        "attestation",
                        "dcap",
                        "softtee",
                        "keys",
                        "rpc",
                        "host",
                        "server",
                        "app",
                        "testkit",
                        "plugin");
    }

    @TestFactory
    Stream<DynamicTest> theHouseKeepsItsRules() {
        return HouseRules.all().entrySet().stream()
                .map(rule -> DynamicTest.dynamicTest(
                        rule.getKey(), () -> rule.getValue().check(house)));
    }

    @TestFactory
    Stream<DynamicTest> eachRuleIsSeenToFail() {
        return HouseRules.all().entrySet().stream()
                .map(rule -> DynamicTest.dynamicTest(rule.getKey(), () -> {
                    EvaluationResult result = rule.getValue().evaluate(planted);
                    assertThat(result.hasViolation())
                            .as("planted violation of " + rule.getKey())
                            .isTrue();
                }));
    }
}
