package dev.keywarden.app.cli;

import dev.keywarden.app.policy.FactFiles;
import dev.keywarden.app.policy.PolicyQuestion;
import dev.keywarden.app.policy.QuestionFiles;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where a question to a policy comes from, and the lists that nodes would look up for it. */
final class QuestionOptions {
    @ArgGroup(multiplicity = "1")
    @SuppressWarnings("NullAway.Init") // required
    private Source source;

    /** One of these. */
    static final class Source {
        @Option(
                names = "--input",
                paramLabel = "FILE",
                description = "The question: an input document, as nodes send it.")
        private @Nullable Path input;

        @Option(
                names = "--boot-info",
                paramLabel = "FILE",
                description = "The question is about this machine: boot info in JSON.")
        private @Nullable Path bootInfo;

        @Option(
                names = "--evidence",
                paramLabel = "FILE",
                description =
                        "The question is about the machine of this evidence: an envelope, as bytes or in hex, or a certificate with one.")
        private @Nullable Path evidence;

        @Option(
                names = "--record",
                paramLabel = "FILE[:SEQ]",
                description =
                        "The question of a past decision: an audit log and the record's number (default: the last).")
        private @Nullable String record;
    }

    @Option(
            names = "--config",
            paramLabel = "FILE",
            defaultValue = ".keywarden/kms.toml",
            description = "The node that verifies evidence (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // has a default
    private Path config;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli makes it
    private Circumstances circumstances;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli makes it
    private FactOptions facts;

    /** The lists. */
    FactFiles facts() {
        return facts.read();
    }

    /** The question. */
    PolicyQuestion question() {
        PolicyQuestion question = asked();
        return circumstances
                .at()
                .map(time -> new PolicyQuestion(question.question(), time))
                .orElse(question);
    }

    private PolicyQuestion asked() {
        if (source.input != null) {
            return QuestionFiles.input(source.input);
        } else if (source.record != null) {
            return QuestionFiles.record(source.record);
        } else if (source.evidence != null) {
            return new EvidenceFile(config).question(source.evidence, machine());
        } else if (source.bootInfo != null) {
            return QuestionFiles.bootInfo(source.bootInfo, machine());
        }
        throw new IllegalStateException("one of the options is required");
    }

    private QuestionFiles.Circumstances machine() {
        return circumstances.with(circumstances.clock().instant());
    }
}
