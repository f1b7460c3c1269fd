package dev.keywarden.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Types what the README and the guides say, from the first command to the last, and compares what comes with what they
 * show. Only the build before the first start is left out: {@code ./keywarden} is the built distribution's launcher here.
 */
@Tag("blackbox")
final class DocumentedCommandsTest {
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration END = Duration.ofMinutes(5);
    private static final int DEFAULT_PORT = 8000;

    /** These run until somebody stops them; the reader is told to open a second terminal. */
    private static final Pattern STAYS = Pattern.compile("\\./keywarden (dev|serve --config \\S+)");

    /** The pages whose commands are typed. */
    private static final List<String> PAGES = List.of(
            "README.md",
            "docs/quickstart.md",
            "docs/operators/admin-and-metrics.md",
            "docs/operators/explain.md",
            "docs/operators/gates.md",
            "docs/plugin-authors/quickstart.md",
            "docs/operators/records.md",
            "docs/policy-authors/quickstart.md");

    /** These are not run, and why not. */
    private static final Map<String, String> NOT_RUN =
            Map.of("./keywarden test", "runs the whole suite, and so this test, without end");

    private static final ShownOutput SERVES = ShownOutput.of("serving at …");

    @TempDir
    private Path folder;

    static List<String> pages() {
        return PAGES;
    }

    @ParameterizedTest
    @MethodSource("pages")
    void whatPagesSayWorks(String page) throws IOException {
        run(page);
    }

    @Test
    void whatIsNotRunIsStillOnAPage() {
        Set<String> excused = new HashSet<>(NOT_RUN.keySet());
        for (String page : PAGES) {
            commands(page).forEach(command -> excused.remove(withoutRemark(command.line())));
        }
        assertThat(excused).isEmpty();
    }

    private static List<DocumentedPage.Command> commands(String page) {
        return DocumentedPage.read(DocumentedPage.ROOT.resolve(page)).commands();
    }

    private void run(String page) throws IOException {
        writeLauncher();
        buildFrom(Path.of(System.getProperty("user.home"), ".m2", "repository"));
        List<DocumentedPage.Command> commands = commands(page);
        assertThat(commands).isNotEmpty();
        Deque<KeywardenProcess> staying = new ArrayDeque<>();
        try {
            for (DocumentedPage.Command command : commands) {
                String line = withoutRemark(command.line());
                if (STAYS.matcher(line).matches()) {
                    staying.push(start(command));
                } else if (!NOT_RUN.containsKey(line)) {
                    toTheEnd(command);
                }
            }
        } finally {
            staying.forEach(KeywardenProcess::close);
        }
    }

    private KeywardenProcess start(DocumentedPage.Command command) {
        ShownOutput shown = command.shown().map(ShownOutput::of).orElse(SERVES);
        KeywardenProcess process = KeywardenProcess.shell(folder, "exec " + command.line());
        try {
            process.awaitLine(
                    line -> shown.missingFrom(process.out().lines().toList()).isEmpty(), START);
            return process;
        } catch (AssertionError e) {
            process.close();
            throw new AssertionError(
                    "of " + command.line() + " is shown, and never came: "
                            + shown.missingFrom(process.out().lines().toList()),
                    e);
        }
    }

    private void toTheEnd(DocumentedPage.Command command) {
        ShownOutput shown = ShownOutput.of(command.shown().orElse(""));
        KeywardenProcess process =
                KeywardenProcess.shell(folder, "export MAVEN_OPTS=-Duser.home=" + folder + "\n" + command.line());
        int exitCode = process.awaitEnd(END);
        assertThat(exitCode).as("%s%n%s", command.line(), process.out()).isEqualTo(shown.exitCode());
        assertThat(shown.missingFrom(process.out().lines().toList()))
                .as("%s%n%s", command.line(), process.out())
                .isEmpty();
    }

    /** The command itself, without what a person is told beside it. */
    private static String withoutRemark(String line) {
        return line.replaceFirst("\\s+#.*", "").strip();
    }

    /**
     * Lets Maven take what it needs from what this machine has already, and keep it away from there: what a page builds must
     * not meet what this tree builds. The distribution lies where it does in a source tree.
     */
    private void buildFrom(Path repository) throws IOException {
        Files.writeString(Files.createDirectories(folder.resolve(".m2")).resolve("settings.xml"), """
                <settings>
                  <mirrors>
                    <mirror>
                      <id>here</id>
                      <mirrorOf>central</mirrorOf>
                      <url>%s</url>
                    </mirror>
                  </mirrors>
                </settings>
                """.formatted(
                        repository.toUri()));
        Path target = Files.createDirectories(folder.resolve("core/distribution/target"));
        Files.createSymbolicLink(
                target.resolve("keywarden"),
                Path.of(System.getProperty("keywarden.home")).toRealPath());
    }

    private void writeLauncher() throws IOException {
        Path launcher = Files.writeString(folder.resolve("keywarden"), """
                #!/bin/sh
                %s
                exec '%s' "$@"
                """.formatted(
                        portIfTheUsualOneIsTaken(), KeywardenProcess.LAUNCHER.toAbsolutePath()));
        Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwx------"));
    }

    /** The pages name no port, so that a node takes the usual one; where something else listens there, they say what to do. */
    private static String portIfTheUsualOneIsTaken() {
        try (ServerSocket probe = new ServerSocket(DEFAULT_PORT, 1, InetAddress.getLoopbackAddress())) {
            assertThat(probe.isBound()).isTrue();
            return "";
        } catch (IOException e) {
            return "if [ \"${1:-}\" = dev ]; then shift; set -- dev --port " + Ports.free() + " \"$@\"; fi";
        }
    }
}
