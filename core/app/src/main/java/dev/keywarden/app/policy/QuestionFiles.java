package dev.keywarden.app.policy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.keywarden.app.audit.RecordReader;
import dev.keywarden.spi.BootInfo;
import dev.keywarden.spi.Gate;
import dev.keywarden.spi.Subject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads questions from files. */
public final class QuestionFiles {
    private static final Pattern RECORD = Pattern.compile("(.*?)(?::([0-9]+))?");

    private QuestionFiles() {}

    /**
     * What a machine alone does not say.
     *
     * @param gate which gate asks
     * @param method the call behind it
     * @param subject what the machine is
     * @param time when
     */
    public record Circumstances(Gate gate, String method, Subject subject, Instant time) {
        /** The question about a machine. */
        public PolicyQuestion about(
                BootInfo bootInfo, String verifier, List<dev.keywarden.spi.Attestation.Claim> claims) {
            return PolicyQuestion.about(gate, method, subject, bootInfo, verifier, claims, time);
        }
    }

    /** An input document. */
    public static PolicyQuestion input(Path file) {
        return PolicyQuestion.fromInput(Json.read(file), file.toString());
    }

    /** A machine by its boot info, in the spelling of input documents or of decision records. */
    public static PolicyQuestion bootInfo(Path file, Circumstances circumstances) {
        BootInfo bootInfo = BootInfoJson.read(Json.read(file), file.toString());
        return circumstances.about(bootInfo, PolicyQuestion.NOBODY, List.of());
    }

    /** The same, from its text. */
    public static PolicyQuestion bootInfoText(String json, Circumstances circumstances) {
        return circumstances.about(
                BootInfoJson.read(Json.parse(json, "boot_info"), "boot_info"), PolicyQuestion.NOBODY, List.of());
    }

    /**
     * A decision of an audit log.
     *
     * @param place a file and, behind a colon, the record's {@code seq}; without it, the last record with a machine
     */
    public static PolicyQuestion record(String place) {
        Matcher parts = RECORD.matcher(place);
        if (!parts.matches()) {
            throw new PolicyFailure(place + ": write FILE or FILE:SEQ");
        }
        Path file = Path.of(parts.group(1));
        String sequence = parts.group(2);
        List<JsonNode> records = records(file);
        for (JsonNode record : records.reversed()) {
            boolean wanted = sequence == null
                    ? record.path("boot_info").isObject()
                    : record.path("seq").asText().equals(sequence);
            if (wanted) {
                return PolicyQuestion.fromRecord(
                        record, file + ":" + record.path("seq").asText());
            }
        }
        throw new PolicyFailure(
                file + (sequence == null ? ": no record in it rests on a machine" : ": has no record " + sequence));
    }

    /** Every question of an audit log that authorizers were asked, in order. */
    public static List<PolicyQuestion> asked(Path file) {
        List<PolicyQuestion> questions = new ArrayList<>();
        for (JsonNode record : records(file)) {
            if (record.path("boot_info").isObject() && record.path("verifier").isTextual()) {
                questions.add(PolicyQuestion.fromRecord(
                        record, file + ":" + record.path("seq").asText()));
            }
        }
        return questions;
    }

    /** The decisions of a log, those in its full files too. */
    private static List<JsonNode> records(Path file) {
        List<JsonNode> records = new ArrayList<>();
        try {
            new RecordReader(file).read(entry -> {
                if (entry.kind().equals("decision")) {
                    records.add(entry.json());
                }
                return true;
            });
        } catch (IOException e) {
            throw new PolicyFailure(String.valueOf(e.getMessage()), e);
        }
        return records;
    }
}
