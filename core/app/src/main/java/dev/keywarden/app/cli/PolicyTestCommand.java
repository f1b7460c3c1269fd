package dev.keywarden.app.cli;

import dev.keywarden.app.policy.OpaTool;
import dev.keywarden.app.policy.PolicyFolder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code keywarden policy test}. */
@Command(
        name = "test",
        description = "Checks format, types, built-ins and tests of a policy, with opa fmt, opa check and opa test.")
final class PolicyTestCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli makes it
    private PolicyFolderOption folder;

    @Option(
            names = "--coverage",
            paramLabel = "PERCENT",
            defaultValue = "0",
            description = "Fails if the tests reach less of the policy.")
    private double coverage;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli makes it
    private JsonOption json;

    PolicyTestCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        PolicyFolder policy = folder.policy();
        OpaTool opa = PolicyTools.opa();
        List<Map<String, Object>> results = new ArrayList<>();
        boolean passed = true;
        for (PolicyFolder.Check check : policy.checks(coverage)) {
            OpaTool.Run run = opa.run(policy.root(), "", check.arguments());
            passed &= run.succeeded();
            String said = run.succeeded() ? lastLine(run.out()) : run.complaint();
            results.add(result(check, run.succeeded(), said));
            if (!json.wanted()) {
                show(check, run.succeeded(), said);
            }
        }
        if (json.wanted()) {
            console.json(Map.of("passed", passed, "checks", results));
        }
        return passed ? 0 : 1;
    }

    private static Map<String, Object> result(PolicyFolder.Check check, boolean passed, String said) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("check", check.name());
        result.put("passed", passed);
        result.put("output", said);
        return result;
    }

    private void show(PolicyFolder.Check check, boolean passed, String said) {
        if (passed) {
            console.say("ok      " + check.name() + (said.startsWith("PASS") ? "  " + said : ""));
            return;
        }
        console.say("failed  " + check.name());
        if (check.name().equals("format")) {
            console.warn("keywarden: not formatted; `opa fmt --write " + folder.path() + "` does it:");
        }
        said.lines().forEach(console::warn);
    }

    private static String lastLine(String text) {
        return text.strip().lines().reduce("", (ignored, line) -> line);
    }
}
