package dev.keywarden.app.cli;

import dev.keywarden.app.audit.LogVerification;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code keywarden audit verify}. */
@Command(
        name = "verify",
        description = "Verifies that no record was changed, removed, moved or added. Ends with 1 if one was.")
final class AuditVerifyCommand implements Callable<Integer> {
    private static final long PROGRESS_BYTES = 200L << 20;

    private final Console console;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli makes it
    private AuditCommand.LogOption log;

    @Option(
            names = "--head",
            paramLabel = "NUMBER:SHA256",
            description = "An end of the log that was written down before: it must still be there.")
    private @Nullable String head;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli makes it
    private JsonOption json;

    AuditVerifyCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        LogVerification verification = new LogVerification(log.file());
        try {
            LogVerification.Report report = verification.run(head, progress(verification.bytes()));
            if (json.wanted()) {
                console.json(facts(report));
            } else {
                show(report);
            }
            return report.problemCount() == 0 ? 0 : 1;
        } catch (IOException | IllegalArgumentException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()), e);
        }
    }

    /** A line for each part of a log that takes a while. */
    private LongConsumer progress(long all) {
        long[] said = {0};
        return done -> {
            if (done - said[0] >= PROGRESS_BYTES) {
                said[0] = done;
                console.warn("verified " + (done >> 20) + " of " + (all >> 20) + " MiB");
            }
        };
    }

    private void show(LogVerification.Report report) {
        report.notes().forEach(note -> console.say("note: " + note));
        report.problems().forEach(problem -> console.say("WRONG: " + problem));
        long more = report.problemCount() - report.problems().size();
        if (more > 0) {
            console.say("and " + more + " more");
        }
        String what = report.records() + " records of log " + report.log();
        if (report.problemCount() > 0) {
            console.say("not whole: " + what);
        } else if (report.last() < 0) {
            console.say("whole: no records yet");
        } else {
            console.say("whole: " + what + ", up to " + report.last() + ":" + report.lastDigest());
        }
    }

    private static Map<String, Object> facts(LogVerification.Report report) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("whole", report.problemCount() == 0);
        facts.put("records", report.records());
        facts.put("log", report.log());
        facts.put("last", report.last());
        facts.put("last_sha256", report.lastDigest());
        facts.put("problem_count", report.problemCount());
        facts.put("problems", report.problems());
        facts.put("notes", report.notes());
        return facts;
    }
}
