package dev.keywarden.app.cli;

import dev.keywarden.app.policy.FactFiles;
import dev.keywarden.app.policy.PolicyQuestion;
import dev.keywarden.app.policy.QuestionFiles;
import dev.keywarden.spi.Gate;
import dev.keywarden.spi.Subject;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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

    @Option(
            names = "--subject",
            defaultValue = "app",
            description = "self, peer_kms or app, of a machine (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // has a default
    private String subject;

    @Option(
            names = "--gate",
            defaultValue = "rpc",
            description = "bootstrap, onboard or rpc (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // has a default
    private String gate;

    @Option(names = "--method", paramLabel = "RPC", description = "The call behind the gate (default: by subject).")
    private @Nullable String method;

    @Option(
            names = "--at",
            paramLabel = "TIME",
            description = "When it is asked, RFC 3339 (default: as recorded, or now).")
    private @Nullable String at;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli makes it
    private FactOptions facts;

    /** The lists. */
    FactFiles facts() {
        return facts.read();
    }

    /** The question. */
    PolicyQuestion question() {
        PolicyQuestion question;
        if (source.input != null) {
            question = QuestionFiles.input(source.input);
        } else if (source.record != null) {
            question = QuestionFiles.record(source.record);
        } else if (source.evidence != null) {
            question = new EvidenceFile(config).question(source.evidence, machine());
        } else if (source.bootInfo != null) {
            question = QuestionFiles.bootInfo(source.bootInfo, machine());
        } else {
            throw new IllegalStateException("one of the options is required");
        }
        return at == null ? question : new PolicyQuestion(question.question(), time());
    }

    private QuestionFiles.Circumstances machine() {
        Subject about = constant(Subject.class, subject, "--subject");
        String call = method == null ? about == Subject.PEER_KMS ? "GetKmsKey" : "GetAppKey" : method;
        return new QuestionFiles.Circumstances(constant(Gate.class, gate, "--gate"), call, about, time());
    }

    private Instant time() {
        try {
            return at == null ? Instant.now() : Instant.parse(at);
        } catch (DateTimeParseException e) {
            throw new CommandFailure("--at " + at + ": write a time like 2026-12-31T18:00:00Z", e);
        }
    }

    private static <E extends Enum<E>> E constant(Class<E> type, String text, String option) {
        try {
            return Enum.valueOf(type, text.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            List<String> known = new ArrayList<>();
            for (E constant : type.getEnumConstants()) {
                known.add(constant.name().toLowerCase(Locale.ROOT));
            }
            throw new CommandFailure(option + " " + text + ": write " + String.join(", ", known), e);
        }
    }
}
