package dev.keywarden.app.cli;

import dev.keywarden.app.audit.EvidenceStore;
import dev.keywarden.app.explain.Explanation;
import dev.keywarden.app.explain.RecordedQuestion;
import dev.keywarden.app.gate.EvidenceVerifier;
import dev.keywarden.app.policy.PolicyQuestion;
import dev.keywarden.app.policy.QuestionFiles;
import dev.keywarden.host.AuthorizerAnswer;
import dev.keywarden.host.PluginGenerations;
import dev.keywarden.host.PluginHost;
import dev.keywarden.spi.Attestation;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code keywarden explain}. */
@Command(
        name = "explain",
        description = "Shows what the chain says to a machine, why, and what would have to change. Releases nothing."
                + " Ends with 1 unless the machine is allowed.")
final class ExplainCommand implements Callable<Integer> {
    private final Console console;

    @ArgGroup(multiplicity = "1")
    @SuppressWarnings("NullAway.Init") // required
    private Source source;

    /** One of these. */
    static final class Source {
        @Option(
                names = "--record",
                paramLabel = "ID",
                description = "A past decision of the node: a record's number or a request's id.")
        private @Nullable String record;

        @Option(
                names = "--evidence",
                paramLabel = "FILE",
                description = "The machine of this evidence: an envelope, or a certificate with one.")
        private @Nullable Path evidence;

        @Option(names = "--boot-info", paramLabel = "FILE", description = "This machine: boot info in JSON.")
        private @Nullable Path bootInfo;
    }

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli makes it
    private NodeChain chain;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli makes it
    private Circumstances circumstances;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli makes it
    private JsonOption json;

    ExplainCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        RecordedQuestion recorded = source.record == null
                ? null
                : RecordedQuestion.find(chain.settings().auditFile(), source.record);
        Instant time = circumstances
                .at()
                .orElseGet(() ->
                        recorded == null ? Instant.now() : recorded.question().time());
        // Whatever the decision is about, what authorizers fetch is fetched now.
        try (PluginHost host = chain.load(circumstances.clock())) {
            Explanation explanation = recorded == null ? fromFile(host, time) : again(host, recorded, time);
            if (json.wanted()) {
                console.json(explanation.facts());
            } else {
                show(explanation);
            }
            return explanation.verdict().equals("allow") ? 0 : 1;
        }
    }

    private Explanation fromFile(PluginHost host, Instant time) {
        QuestionFiles.Circumstances asked = circumstances.with(time);
        Path evidence = source.evidence;
        if (evidence != null) {
            return Explanation.of(host, EvidenceFile.question(host, evidence, asked), List.of());
        }
        Path bootInfo = source.bootInfo;
        if (bootInfo == null) {
            throw new IllegalStateException("one of the options is required");
        }
        return Explanation.of(
                host,
                QuestionFiles.bootInfo(bootInfo, asked),
                List.of("the machine was not attested: its boot info is what the file says"));
    }

    private Explanation again(PluginHost host, RecordedQuestion recorded, Instant time) {
        EvidenceVerifier verifier = new EvidenceVerifier(
                () -> PluginGenerations.Lease.on(host),
                InstantSource.fixed(recorded.question().time()));
        List<String> notes = new ArrayList<>();
        notes.add(recorded.then());
        notes.add(recorded.verifiedAgain(
                EvidenceStore.readOnly(chain.settings().audit().evidenceFolder()), verifier, host.attestation()));
        return Explanation.of(host, new PolicyQuestion(recorded.question().question(), time), notes);
    }

    private static String because(String reason) {
        return reason.isEmpty() ? "" : ", " + reason;
    }

    private void show(Explanation explanation) {
        var question = explanation.question().question();
        console.say(explanation.verdict().toUpperCase(Locale.ROOT)
                + because(explanation.said().decision().reason()));
        console.say("asked: gate " + lower(question.gate()) + ", " + question.method() + ", subject "
                + lower(question.subject()) + ", at " + explanation.question().time() + ", of " + explanation.chain());
        explanation.notes().forEach(note -> console.say("note: " + note));
        console.say("");
        console.table(
                List.of("PROVEN BY " + question.verifier(), "VALUE", "BINDING"),
                explanation.question().proven().stream()
                        .map(ExplainCommand::row)
                        .toList());
        explanation.said().answers().forEach(this::show);
    }

    private static List<String> row(Attestation.Claim claim) {
        return List.of(claim.name(), Printable.line(claim.value()), lower(claim.binding()));
    }

    private void show(AuthorizerAnswer answer) {
        console.say("");
        console.say(answer.authorizer() + ": " + lower(answer.outcome()) + ", in "
                + answer.elapsed().toNanos() / 1000 + " us");
        answer.reasons()
                .forEach(reason -> console.say(
                        ("  because     " + reason.code() + "  " + Printable.line(reason.message())).stripTrailing()));
        line("decided by", Explanation.decidedBy(answer));
        for (Map.Entry<String, String> entry : Explanation.restsOn(answer).entrySet()) {
            line("rests on", entry.getKey() + " = " + entry.getValue());
        }
        line("to allow", Explanation.toAllow(answer));
    }

    private void line(String name, String value) {
        if (!value.isEmpty()) {
            console.say("  " + name + " ".repeat(12 - name.length()) + Printable.line(value));
        }
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
