package dev.keywarden.app.cli;

import dev.keywarden.app.conformance.Check;
import dev.keywarden.app.conformance.OnboardingChecks;
import dev.keywarden.app.conformance.WireChecks;
import dev.keywarden.rpc.WireProbe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code keywarden conformance}: the wire checks against any KMS that speaks the protocol. */
@Command(
        name = "conformance",
        description = "Checks the wire of any KMS that speaks the protocol; needs no secret and changes nothing.")
final class ConformanceCommand implements Callable<Integer> {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final Console console;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(names = "--url", paramLabel = "URL", description = "A KMS that serves, for example https://host:8000.")
    private @Nullable String url;

    @Option(
            names = "--onboarding-url",
            paramLabel = "URL",
            description = "A KMS without root keys, for example http://host:8000.")
    private @Nullable String onboardingUrl;

    @Option(names = "--json", description = "One line of JSON.")
    private boolean json;

    ConformanceCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (url == null && onboardingUrl == null) {
            throw new ParameterException(spec.commandLine(), "Name a KMS with --url, --onboarding-url, or both");
        }
        List<Check.Result> results = new ArrayList<>();
        if (url != null) {
            results.addAll(run(url, WireChecks.all()));
        }
        if (onboardingUrl != null) {
            results.addAll(run(onboardingUrl, OnboardingChecks.all()));
        }
        show(results);
        return results.stream().allMatch(Check.Result::passed) ? 0 : 1;
    }

    private List<Check.Result> run(String target, List<Check> checks) {
        try (WireProbe probe = new WireProbe(target, LIMIT)) {
            List<Check.Result> results = new ArrayList<>();
            for (Check check : checks) {
                results.add(check.run(probe));
                if (!json) {
                    console.warn("  " + results.size() + " of " + checks.size() + "  " + check.name());
                }
            }
            return results;
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(target + " is not an address like https://host:8000", e);
        }
    }

    private void show(List<Check.Result> results) {
        long passed = results.stream().filter(Check.Result::passed).count();
        if (json) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("passed", passed);
            line.put("differences", results.size() - passed);
            line.put("checks", results.stream().map(ConformanceCommand::facts).toList());
            console.json(line);
            return;
        }
        console.table(
                List.of("AREA", "RESULT", "SECTION", "WHAT SHOULD HOLD"),
                results.stream()
                        .map(result -> List.of(
                                result.check().area(),
                                result.passed() ? "pass" : "differs",
                                result.check().section(),
                                result.check().name() + (result.passed() ? "" : " - " + result.difference())))
                        .toList());
        console.say(passed + " of " + results.size() + " checks passed");
    }

    private static Map<String, Object> facts(Check.Result result) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("area", result.check().area());
        facts.put("name", result.check().name());
        facts.put("section", result.check().section());
        facts.put("passed", result.passed());
        facts.put("difference", result.difference());
        return facts;
    }
}
