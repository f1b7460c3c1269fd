package dev.keywarden.app.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.keywarden.host.AuthorizationQuestion;
import dev.keywarden.spi.Attestation;
import dev.keywarden.spi.BootInfo;
import dev.keywarden.spi.Gate;
import dev.keywarden.spi.Subject;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A question to a policy, and the input document that a node makes of it ({@code policies/schemas/input.json}).
 *
 * @param question what a gate wants to know
 * @param time when it wants to know it
 */
public record PolicyQuestion(AuthorizationQuestion question, Instant time) {
    private static final int VERSION = 1;

    /** The backend whose hardware is software, so that nothing it says is bound by hardware. */
    private static final String SOFTWARE_VERIFIER = "mock";

    /** What verified a machine that somebody wrote down: whoever wrote it. */
    static final String NOBODY = "file";

    private static final List<String> MEASURED = List.of("app_id", "compose_hash", "instance_id", "key_provider_info");
    private static final List<String> CLAIMED = List.of("os_image_hash");

    /** The input document. */
    public ObjectNode input(FactFiles factFiles) {
        ObjectNode input = Json.object();
        input.put("version", VERSION);
        input.put("gate", lower(question.gate()));
        input.put("method", question.method());
        input.put("subject", lower(question.subject()));
        input.put("request_id", question.requestId());
        input.put("verifier", question.verifier());
        ObjectNode at = input.putObject("time");
        at.put("unix", time.getEpochSecond());
        at.put("rfc3339", time.truncatedTo(ChronoUnit.SECONDS).toString());
        ObjectNode bootInfo = BootInfoJson.write(question.bootInfo(), input.putObject("boot_info"));
        ObjectNode provenance = input.putObject("provenance");
        bootInfo.fieldNames().forEachRemaining(field -> provenance.put(field, binding(question.verifier(), field)));
        ObjectNode claims = input.putObject("claims");
        for (Attestation.Claim claim : question.claims()) {
            claims.putObject(claim.name()).put("value", claim.value()).put("binding", lower(claim.binding()));
        }
        input.set("facts", factFiles.facts(bootInfo));
        return input;
    }

    /**
     * What the question rests on, each with its value and what binds it: the fields of the boot info, then the claims.
     */
    public List<Attestation.Claim> proven() {
        List<Attestation.Claim> proven = new ArrayList<>();
        for (Map.Entry<String, JsonNode> field :
                BootInfoJson.write(question.bootInfo(), Json.object()).properties()) {
            String value = field.getValue().isArray()
                    ? field.getValue().toString()
                    : field.getValue().asText();
            Attestation.Binding binding = question.verifier().equals(NOBODY)
                    ? Attestation.Binding.SELF_ASSERTED
                    : Attestation.Binding.valueOf(
                            binding(question.verifier(), field.getKey()).toUpperCase(Locale.ROOT));
            proven.add(new Attestation.Claim(field.getKey(), value, binding));
        }
        proven.addAll(question.claims());
        return proven;
    }

    private static String binding(String verifier, String field) {
        if (CLAIMED.contains(field)) {
            return lower(Attestation.Binding.SELF_ASSERTED);
        }
        if (MEASURED.contains(field)) {
            return lower(Attestation.Binding.MEASURED);
        }
        return lower(
                verifier.equals(SOFTWARE_VERIFIER) ? Attestation.Binding.SELF_ASSERTED : Attestation.Binding.HARDWARE);
    }

    /**
     * The question behind an input document; its facts and its provenance are left behind, because a node makes them anew.
     *
     * @throws PolicyFailure if a field is missing or of another type
     */
    public static PolicyQuestion fromInput(JsonNode input, String name) {
        List<Attestation.Claim> claims = new ArrayList<>();
        for (Map.Entry<String, JsonNode> claim : input.path("claims").properties()) {
            claims.add(new Attestation.Claim(
                    claim.getKey(),
                    text(claim.getValue(), "value", name),
                    constant(Attestation.Binding.class, text(claim.getValue(), "binding", name), name)));
        }
        return new PolicyQuestion(
                new AuthorizationQuestion(
                        constant(Gate.class, text(input, "gate", name), name),
                        text(input, "method", name),
                        constant(Subject.class, text(input, "subject", name), name),
                        BootInfoJson.read(input.path("boot_info"), name),
                        text(input, "verifier", name),
                        claims,
                        text(input, "request_id", name)),
                Instant.ofEpochSecond(input.path("time").path("unix").asLong()));
    }

    /**
     * The question behind a decision record of the audit log; those of version 1 kept no further claims.
     *
     * @throws PolicyFailure if the record has no boot info, so that no authorizer was asked, or is no record
     */
    public static PolicyQuestion fromRecord(JsonNode record, String name) {
        int version = record.path("v").asInt();
        if (version != 1 && version != 2) {
            throw new PolicyFailure(name + ": no decision record of version 1 or 2");
        }
        if (!record.path("boot_info").isObject()) {
            throw new PolicyFailure(name + ": the decision rests on no boot info, so that there is nothing to ask");
        }
        return new PolicyQuestion(
                new AuthorizationQuestion(
                        constant(Gate.class, text(record, "gate", name), name),
                        text(record, "method", name),
                        constant(Subject.class, text(record, "subject", name), name),
                        BootInfoJson.read(record.path("boot_info"), name),
                        text(record, "verifier", name),
                        claims(record.path("claims"), name),
                        text(record, "request_id", name)),
                Instant.parse(text(record, "time", name)));
    }

    private static List<Attestation.Claim> claims(JsonNode claims, String name) {
        List<Attestation.Claim> read = new ArrayList<>();
        for (JsonNode claim : claims) {
            read.add(new Attestation.Claim(
                    text(claim, "name", name),
                    text(claim, "value", name),
                    constant(Attestation.Binding.class, text(claim, "binding", name), name)));
        }
        return read;
    }

    /** A question about a machine that nobody has asked yet. */
    public static PolicyQuestion about(
            Gate gate,
            String method,
            Subject subject,
            BootInfo bootInfo,
            String verifier,
            List<Attestation.Claim> claims,
            Instant time) {
        return new PolicyQuestion(
                new AuthorizationQuestion(gate, method, subject, bootInfo, verifier, claims, "policy-eval"), time);
    }

    private static String text(JsonNode node, String field, String name) {
        JsonNode value = node.path(field);
        if (!value.isTextual()) {
            throw new PolicyFailure(name + ": " + field + " is missing or no text");
        }
        return value.asText();
    }

    private static <E extends Enum<E>> E constant(Class<E> type, String text, String name) {
        for (E constant : type.getEnumConstants()) {
            if (lower(constant).equals(text)) {
                return constant;
            }
        }
        throw new PolicyFailure(name + ": there is no " + lower(type.getSimpleName()) + " \"" + text + "\"");
    }

    private static String lower(Enum<?> value) {
        return lower(value.name());
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}
