package dev.keywarden.app.cli;

import dev.keywarden.app.policy.QuestionFiles;
import dev.keywarden.spi.Gate;
import dev.keywarden.spi.Subject;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a machine alone does not say: what it is, what it asks for, and when. */
final class Circumstances {
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

    Optional<Instant> at() {
        return Optional.ofNullable(at).map(text -> time("--at", text));
    }

    /** The time that was asked for, or the real one. */
    InstantSource clock() {
        return at().map(InstantSource::fixed).orElseGet(InstantSource::system);
    }

    QuestionFiles.Circumstances with(Instant time) {
        Subject about = constant(Subject.class, subject, "--subject");
        String call = method == null ? about == Subject.PEER_KMS ? "GetKmsKey" : "GetAppKey" : method;
        return new QuestionFiles.Circumstances(constant(Gate.class, gate, "--gate"), call, about, time);
    }

    static Instant time(String option, String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new CommandFailure(option + " " + text + ": write a time like 2026-12-31T18:00:00Z", e);
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
