package dev.keywarden.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The policies of the source tree: formatted, checked, linted, covered, and built into the bundle that is checked in. */
@Tag("blackbox")
final class PoliciesTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path POLICIES = PolicyTool.POLICIES;

    /** With this in the environment the generated pages are written before they are compared. */
    private static final boolean WRITE = System.getenv("KEYWARDEN_WRITE_PAGES") != null;

    /** Built-ins that the node's plugin brings itself, beside those that are compiled into each bundle. */
    private static final Set<String> BROUGHT = Set.of("json.is_valid", "sprintf");

    @TempDir
    private Path folder;

    @Test
    void areFormatted() {
        succeeds(PolicyTool.opa(POLICIES, "fmt", "--fail", "--diff", "lib", "default", "examples"));
    }

    @Test
    void useOnlyFieldsOfTheInputAndBuiltInsOfTheEngine() {
        succeeds(check("lib", "default"));
        succeeds(check("lib", "examples/single_image"));
    }

    private static PolicyTool check(String... folders) {
        List<String> arguments = new ArrayList<>(List.of("check", "--strict", "--schema", "schemas"));
        arguments.addAll(
                List.of("--capabilities", "capabilities.json", "--ignore", "*_test.rego", "--ignore", "*.tar.gz"));
        arguments.addAll(List.of(folders));
        return PolicyTool.opa(POLICIES, arguments.toArray(String[]::new));
    }

    @Test
    void misspeltFieldIsAnError() throws IOException {
        String policy = Files.readString(POLICIES.resolve("examples/single_image/keywarden/keywarden.rego"));
        Files.writeString(
                folder.resolve("policy.rego"),
                policy.replace("input.boot_info.tcb_status", "input.boot_info.tcb_statu"));
        PolicyTool checked = check("lib", folder.toString());
        assertThat(checked.exitCode()).isNotZero();
        assertThat(checked.output()).contains("undefined ref: input.boot_info.tcb_statu");
    }

    @Test
    void builtInThatTheEngineLacksIsAnError() throws IOException {
        Files.writeString(
                folder.resolve("policy.rego"), "package keywarden\n\ndecision := {\"allow\": time.now_ns() > 0}\n");
        PolicyTool checked = check(folder.toString());
        assertThat(checked.exitCode()).isNotZero();
        assertThat(checked.output()).contains("undefined function time.now_ns");
    }

    @Test
    void passTheirTestsWhichReachEveryLine() {
        succeeds(PolicyTool.opa(POLICIES, "test", "--timeout", "60s", "--ignore", "*.tar.gz", "lib", "default"));
        succeeds(PolicyTool.opa(
                POLICIES,
                "test",
                "--timeout",
                "60s",
                "--ignore",
                "*.tar.gz",
                "--coverage",
                "--threshold",
                "100",
                "lib",
                "default"));
    }

    @ParameterizedTest
    @ValueSource(strings = {".", "examples"})
    void satisfyTheLinter(String part) {
        String[] folders = part.equals(".")
                ? new String[] {"lint", "lib", "default"}
                : new String[] {"lint", "lib", "default", part};
        succeeds(PolicyTool.regal(POLICIES, folders));
    }

    @Test
    void bundleThatIsCheckedInIsTheOneThatTheSourcesGive() throws IOException {
        Path built = folder.resolve("bundle.tar.gz");
        succeeds(PolicyTool.opa(
                POLICIES,
                "build",
                "-t",
                "wasm",
                "-e",
                "keywarden/decision",
                "--capabilities",
                "capabilities.json",
                "--revision",
                "1",
                "--ignore",
                "*_test.rego",
                "--ignore",
                "*.tar.gz",
                "lib",
                "default",
                "-o",
                built.toString()));
        assertThat(built).hasSameBinaryContentAs(POLICIES.resolve("default/bundle.tar.gz"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"single_image", "many_apps", "staged_rollout", "emergency_stop"})
    void examplesAreWholePolicies(String example) {
        Path policy = folder.resolve(example);
        KeywardenProcess made = KeywardenProcess.run(folder, "policy", "new", policy.toString(), "--example", example);
        assertThat(made.exitCode()).as(made.printed()).isZero();
        KeywardenProcess tested = KeywardenProcess.run(folder, "policy", "test", policy.toString());
        assertThat(tested.exitCode()).as(tested.printed()).isZero();
    }

    /** A built-in that a bundle does not bring is one that it asks its host for, and its name stands in the module. */
    @Test
    void capabilitiesAreThoseOfTheEngine() throws IOException {
        JsonNode all = JSON.readTree(
                PolicyTool.opa(folder, "capabilities", "--current").output());
        Files.writeString(folder.resolve("probe.rego"), probe(all.path("builtins")));
        succeeds(PolicyTool.opa(
                folder, "build", "-t", "wasm", "-e", "probe/all_of_them", "probe.rego", "-o", "probe.tar.gz"));
        String module =
                new String(Tar.file(folder.resolve("probe.tar.gz"), "/policy.wasm"), StandardCharsets.ISO_8859_1);
        Set<String> expected = new TreeSet<>();
        for (JsonNode builtIn : all.path("builtins")) {
            String name = builtIn.path("name").asText();
            boolean asked = module.contains("\0" + name + "\0");
            if (!builtIn.path("deprecated").asBoolean() && (!asked || BROUGHT.contains(name))) {
                expected.add(name);
            }
        }
        Set<String> listed = new TreeSet<>();
        JSON.readTree(POLICIES.resolve("capabilities.json").toFile())
                .path("builtins")
                .forEach(builtIn -> listed.add(builtIn.path("name").asText()));
        assertThat(listed).isEqualTo(expected).hasSizeGreaterThan(90);
    }

    /** A policy that calls every built-in that a policy can call by name. */
    private static String probe(JsonNode builtIns) {
        StringBuilder policy = new StringBuilder("package probe\n\n");
        StringBuilder names = new StringBuilder();
        int number = 0;
        for (JsonNode builtIn : builtIns) {
            String name = builtIn.path("name").asText();
            boolean internal =
                    name.startsWith("internal.") || name.startsWith("rego.metadata") || name.matches("eq|assign");
            if (internal || builtIn.path("deprecated").asBoolean()) {
                continue;
            }
            number++;
            List<String> arguments = new ArrayList<>();
            builtIn.path("decl").path("args").forEach(argument -> arguments.add("input.a" + arguments.size()));
            String rule = "rule_" + number;
            String call = name + "(" + String.join(", ", arguments);
            policy.append(
                    name.equals("walk")
                            ? rule + " contains x if " + call + ", x)\n"
                            : builtIn.path("decl").has("result")
                                    ? rule + " := x if x := " + call + ")\n"
                                    : rule + " if " + call + ")\n");
            names.append(names.isEmpty() ? "" : ", ").append(rule);
        }
        return policy + "\nall_of_them := [" + names + "]\n";
    }

    @Test
    void pagesAreWhatTheSourcesSay() throws IOException {
        assertPage("docs/policy-authors/input.md", PolicyPages.input());
        assertPage("docs/policy-authors/default-policy.md", PolicyPages.defaultPolicy());
    }

    private static void assertPage(String name, String expected) throws IOException {
        Path page = DocumentedPage.ROOT.resolve(name);
        if (WRITE) {
            Files.writeString(page, expected);
        }
        assertThat(page).as("write it anew with KEYWARDEN_WRITE_PAGES=1").hasContent(expected);
    }

    private static void succeeds(PolicyTool run) {
        assertThat(run.exitCode()).as(run.output()).isZero();
    }
}
