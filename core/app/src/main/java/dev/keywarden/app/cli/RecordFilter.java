package dev.keywarden.app.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.keywarden.app.audit.RecordReader;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which records of a log. */
final class RecordFilter {
    @Option(names = "--seq", paramLabel = "NUMBER", description = "The record with this number.")
    private @Nullable Long sequence;

    @Option(names = "--request", paramLabel = "ID", description = "Those of one request.")
    private @Nullable String request;

    @Option(
            names = "--kind",
            paramLabel = "KIND",
            description = "decision, admin, shadow, shadow_tally or log (default: all).")
    private @Nullable String kind;

    @Option(names = "--outcome", paramLabel = "OUTCOME", description = "allow, deny or unavailable.")
    private @Nullable String outcome;

    @Option(names = "--gate", paramLabel = "GATE", description = "bootstrap, onboard or rpc.")
    private @Nullable String gate;

    @Option(names = "--subject", paramLabel = "SUBJECT", description = "self, peer_kms or app.")
    private @Nullable String subject;

    @Option(names = "--app", paramLabel = "ID", description = "Those about one app, by the beginning of its id in hex.")
    private @Nullable String app;

    @Option(names = "--since", paramLabel = "TIME", description = "Not before this time, RFC 3339.")
    private @Nullable String since;

    @Option(names = "--until", paramLabel = "TIME", description = "Before this time, RFC 3339.")
    private @Nullable String until;

    boolean matches(RecordReader.Entry entry) {
        JsonNode json = entry.json();
        return (sequence == null || entry.sequence() == sequence)
                && is(request, json.path("request_id").asText())
                && is(kind, entry.kind())
                && is(outcome, json.path("outcome").asText())
                && is(gate, json.path("gate").asText())
                && is(subject, json.path("subject").asText())
                && (app == null
                        || ("app".equals(json.path("subject").asText())
                                && json.at("/boot_info/appId").asText().startsWith(app)))
                && inTime(json.path("time").asText());
    }

    private static boolean is(@Nullable String wanted, String value) {
        return wanted == null || wanted.equals(value);
    }

    private boolean inTime(String text) {
        if (since == null && until == null) {
            return true;
        }
        Instant time = Instant.parse(text);
        return (since == null || !time.isBefore(Circumstances.time("--since", since)))
                && (until == null || time.isBefore(Circumstances.time("--until", until)));
    }
}
