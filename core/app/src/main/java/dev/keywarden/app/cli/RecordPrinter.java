package dev.keywarden.app.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.keywarden.app.audit.RecordReader;

/** One line for each record: its number and time, what it is about, what came out and why. */
record RecordPrinter(Console console, boolean json) {
    private static final int SHOWN_ID_DIGITS = 12;

    void print(RecordReader.Entry entry) {
        console.say(json ? entry.line() : entry.sequence() + "  " + text(entry.json(), "time") + "  " + what(entry));
    }

    private static String what(RecordReader.Entry entry) {
        JsonNode record = entry.json();
        return switch (entry.kind()) {
            case "decision" -> text(record, "outcome") + "  " + about(record) + because(text(record, "reason"));
            case "shadow" ->
                "shadow " + text(record, "shadow") + " says "
                        + record.at("/answer/outcome").asText() + ", the chain "
                        + text(record, "outcome") + "  " + about(record)
                        + because(record.at("/answer/reasons/0/message").asText());
            case "shadow_tally" ->
                "shadow " + text(record, "shadow") + "  agreed " + text(record, "agreed") + ", differed "
                        + text(record, "differed") + ", dropped " + text(record, "dropped");
            case "admin" ->
                "admin " + text(record, "act") + " by " + text(record, "user") + "  " + text(record, "outcome")
                        + because(text(record, "details"));
            case "log" -> "log " + text(record, "event") + because(text(record, "details"));
            default -> entry.kind();
        };
    }

    private static String about(JsonNode record) {
        String app = record.at("/boot_info/appId").asText();
        String who = text(record, "subject").equals("app") && !app.isEmpty()
                ? " " + app.substring(0, Math.min(SHOWN_ID_DIGITS, app.length())) + "..."
                : "";
        return text(record, "gate") + " " + text(record, "method") + " " + text(record, "subject") + who + "  request "
                + text(record, "request_id");
    }

    private static String because(String reason) {
        return reason.isEmpty() ? "" : "  " + reason;
    }

    private static String text(JsonNode record, String field) {
        return record.path(field).asText();
    }
}
