package dev.keywarden.plugin.rego;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.keywarden.plugin.rego.json.Json;
import dev.keywarden.spi.Attestation;
import dev.keywarden.spi.AuthorizationRequest;
import dev.keywarden.spi.BootInfo;
import dev.keywarden.spi.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;

/**
 * The document that policies know as {@code input}, version 1; {@code policies/schemas/input.json} describes it field by
 * field. Hex is in lower case without a prefix, time in whole seconds.
 */
final class InputDocument {
    static final int VERSION = 1;

    private static final int USUAL_BYTES = 2048;

    private InputDocument() {}

    /**
     * Writes the document.
     *
     * @param facts for each list with a hit the entry, as a JSON object
     */
    static byte[] write(AuthorizationRequest request, Map<String, byte[]> facts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(USUAL_BYTES);
        try (JsonGenerator out = Json.factory().createGenerator(bytes)) {
            out.writeStartObject();
            out.writeNumberField("version", VERSION);
            text(out, "gate", lower(request.gate()));
            text(out, "method", request.method());
            text(out, "subject", lower(request.subject()));
            text(out, "request_id", request.requestId());
            text(out, "verifier", request.verifier());
            time(out, request.time());
            bootInfo(out, request.bootInfo());
            provenance(out, request.verifier());
            claims(out, request);
            facts(out, facts);
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("a byte array does not fail", e);
        }
        return bytes.toByteArray();
    }

    private static void time(JsonGenerator out, Instant time) throws IOException {
        Instant whole = time.truncatedTo(ChronoUnit.SECONDS);
        out.writeObjectFieldStart("time");
        out.writeNumberField("unix", whole.getEpochSecond());
        text(out, "rfc3339", whole.toString());
        out.writeEndObject();
    }

    private static void bootInfo(JsonGenerator out, BootInfo bootInfo) throws IOException {
        out.writeObjectFieldStart("boot_info");
        text(out, "attestation_mode", bootInfo.attestationMode());
        hex(out, "mr_aggregated", bootInfo.mrAggregated());
        hex(out, "mr_system", bootInfo.mrSystem());
        hex(out, "os_image_hash", bootInfo.osImageHash());
        hex(out, "app_id", bootInfo.appId());
        hex(out, "compose_hash", bootInfo.composeHash());
        hex(out, "instance_id", bootInfo.instanceId());
        hex(out, "device_id", bootInfo.deviceId());
        hex(out, "key_provider_info", bootInfo.keyProviderInfo());
        text(out, "tcb_status", bootInfo.tcbStatus());
        out.writeArrayFieldStart("advisory_ids");
        for (String advisory : bootInfo.advisoryIds()) {
            out.writeString(Json.wellFormed(advisory));
        }
        out.writeEndArray();
        out.writeEndObject();
    }

    private static void provenance(JsonGenerator out, String verifier) throws IOException {
        out.writeObjectFieldStart("provenance");
        for (Map.Entry<String, Attestation.Binding> field :
                BootInfo.bindings(verifier).entrySet()) {
            out.writeStringField(field.getKey(), lower(field.getValue()));
        }
        out.writeEndObject();
    }

    private static void claims(JsonGenerator out, AuthorizationRequest request) throws IOException {
        out.writeObjectFieldStart("claims");
        for (Attestation.Claim claim : request.claims()) {
            out.writeObjectFieldStart(Json.wellFormed(claim.name()));
            text(out, "value", claim.value());
            out.writeStringField("binding", lower(claim.binding()));
            out.writeEndObject();
        }
        out.writeEndObject();
    }

    private static void facts(JsonGenerator out, Map<String, byte[]> facts) throws IOException {
        out.writeObjectFieldStart("facts");
        for (Map.Entry<String, byte[]> fact : facts.entrySet()) {
            out.writeFieldName(fact.getKey());
            out.writeRawValue(new String(fact.getValue(), StandardCharsets.UTF_8));
        }
        out.writeEndObject();
    }

    private static void text(JsonGenerator out, String field, String value) throws IOException {
        out.writeStringField(field, Json.wellFormed(value));
    }

    private static void hex(JsonGenerator out, String field, Bytes value) throws IOException {
        out.writeStringField(field, value.toHex());
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
