package dev.keywarden.app.audit;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.keywarden.host.AuthorizerAnswer;
import dev.keywarden.spi.Attestation;
import dev.keywarden.spi.BootInfo;
import dev.keywarden.spi.Bytes;
import dev.keywarden.spi.Decision;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The text form of a record: a JSON object but for what ties records to each other, which {@link RecordLine} puts before it. */
final class RecordBody {
    private static final int TYPICAL_BYTES = 2048;

    private final JsonFactory json = new JsonFactory();
    private final String node;

    /** @param node the id of this node, which tells apart the logs of many */
    RecordBody(String node) {
        this.node = node;
    }

    /** From the first field to the closing brace, in one line. */
    byte[] of(AuditRecord record) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(TYPICAL_BYTES);
        try (JsonGenerator generator = json.createGenerator(out)) {
            generator.writeStartObject();
            generator.writeStringField("time", record.time().toString());
            generator.writeStringField("node", node);
            switch (record) {
                case DecisionRecord decision -> writeDecision(generator, decision);
                case AdministrativeRecord act -> writeAct(generator, act);
                case ShadowRecord shadow -> writeShadow(generator, shadow);
                case LogRecord event -> writeEvent(generator, event);
            }
            generator.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("A record can't be written to memory", e);
        }
        byte[] whole = out.toByteArray();
        return Arrays.copyOfRange(whole, 1, whole.length);
    }

    private static void writeDecision(JsonGenerator generator, DecisionRecord record) throws IOException {
        generator.writeStringField("kind", "decision");
        generator.writeStringField("request_id", record.requestId());
        generator.writeStringField("gate", lower(record.question().gate()));
        generator.writeStringField("method", record.question().method());
        generator.writeStringField("subject", lower(record.question().subject()));
        generator.writeStringField("outcome", lower(record.outcome()));
        generator.writeStringField("reason", record.reason());
        generator.writeStringField("untrusted_remote", record.remote());
        writeProof(generator, record.proof());
        generator.writeStringField("gateway_app_id", record.gatewayAppId());
        generator.writeArrayFieldStart("answers");
        for (AuthorizerAnswer answer : record.answers()) {
            writeAnswer(generator, answer);
        }
        generator.writeEndArray();
        writeTexts(generator, "chain", record.deciders().chain());
        generator.writeStringField("combine", record.deciders().combine());
        generator.writeNumberField("generation", record.deciders().generation());
        generator.writeStringField("plugin_set", record.deciders().pluginSet());
    }

    private static void writeProof(JsonGenerator generator, DecisionRecord.@Nullable Proof proof) throws IOException {
        generator.writeStringField("verifier", proof == null ? null : proof.verifier());
        writeHex(generator, "evidence_sha256", proof == null ? null : proof.evidenceSha256());
        writeHex(generator, "vm_config_sha256", proof == null ? null : proof.vmConfigSha256());
        generator.writeStringField("measured_until", proof == null ? null : lower(proof.point()));
        writeBootInfo(generator, proof == null ? null : proof.bootInfo());
        writeClaims(generator, proof == null ? List.of() : proof.claims());
    }

    private static void writeAct(JsonGenerator generator, AdministrativeRecord record) throws IOException {
        generator.writeStringField("kind", "admin");
        generator.writeStringField("request_id", record.requestId());
        generator.writeStringField("act", record.act());
        generator.writeStringField("outcome", record.outcome());
        generator.writeStringField("details", record.details());
        generator.writeStringField("user", record.user());
        generator.writeStringField("untrusted_remote", record.remote());
    }

    private static void writeShadow(JsonGenerator generator, ShadowRecord record) throws IOException {
        ShadowRecord.Difference difference = record.difference();
        generator.writeStringField("kind", difference == null ? "shadow_tally" : "shadow");
        generator.writeStringField("shadow", record.shadow());
        generator.writeNumberField("generation", record.generation());
        if (difference == null) {
            generator.writeNumberField("agreed", record.tally().agreed());
            generator.writeNumberField("differed", record.tally().differed());
            generator.writeNumberField("dropped", record.tally().dropped());
            return;
        }
        generator.writeStringField("request_id", difference.question().requestId());
        generator.writeStringField("gate", lower(difference.question().gate()));
        generator.writeStringField("method", difference.question().method());
        generator.writeStringField("subject", lower(difference.question().subject()));
        generator.writeStringField("outcome", lower(difference.decision().verdict()));
        generator.writeStringField("reason", difference.decision().reason());
        generator.writeStringField("verifier", difference.question().verifier());
        writeBootInfo(generator, difference.question().bootInfo());
        writeClaims(generator, difference.question().claims());
        generator.writeFieldName("answer");
        writeAnswer(generator, difference.answer());
    }

    private static void writeEvent(JsonGenerator generator, LogRecord record) throws IOException {
        generator.writeStringField("kind", "log");
        generator.writeStringField("event", record.event());
        generator.writeStringField("details", record.details());
    }

    private static void writeClaims(JsonGenerator generator, List<Attestation.Claim> claims) throws IOException {
        generator.writeArrayFieldStart("claims");
        for (Attestation.Claim claim : claims) {
            generator.writeStartObject();
            generator.writeStringField("name", claim.name());
            generator.writeStringField("value", claim.value());
            generator.writeStringField("binding", lower(claim.binding()));
            generator.writeEndObject();
        }
        generator.writeEndArray();
    }

    private static void writeTexts(JsonGenerator generator, String name, List<String> texts) throws IOException {
        generator.writeArrayFieldStart(name);
        for (String text : texts) {
            generator.writeString(text);
        }
        generator.writeEndArray();
    }

    private static void writeBootInfo(JsonGenerator generator, @Nullable BootInfo info) throws IOException {
        if (info == null) {
            generator.writeNullField("boot_info");
            return;
        }
        generator.writeObjectFieldStart("boot_info");
        generator.writeStringField("attestationMode", info.attestationMode());
        writeHex(generator, "mrAggregated", info.mrAggregated());
        writeHex(generator, "osImageHash", info.osImageHash());
        writeHex(generator, "mrSystem", info.mrSystem());
        writeHex(generator, "appId", info.appId());
        writeHex(generator, "composeHash", info.composeHash());
        writeHex(generator, "instanceId", info.instanceId());
        writeHex(generator, "deviceId", info.deviceId());
        writeHex(generator, "keyProviderInfo", info.keyProviderInfo());
        generator.writeStringField("tcbStatus", info.tcbStatus());
        writeTexts(generator, "advisoryIds", info.advisoryIds());
        generator.writeEndObject();
    }

    private static void writeAnswer(JsonGenerator generator, AuthorizerAnswer answer) throws IOException {
        generator.writeStartObject();
        generator.writeStringField("authorizer", answer.authorizer());
        generator.writeStringField("outcome", lower(answer.outcome()));
        generator.writeArrayFieldStart("reasons");
        for (Decision.Reason reason : answer.reasons()) {
            generator.writeStartObject();
            generator.writeStringField("code", reason.code());
            generator.writeStringField("message", reason.message());
            generator.writeEndObject();
        }
        generator.writeEndArray();
        generator.writeObjectFieldStart("evidence");
        for (Map.Entry<String, String> entry : answer.evidence().entrySet()) {
            generator.writeStringField(entry.getKey(), entry.getValue());
        }
        generator.writeEndObject();
        generator.writeNumberField("elapsed_us", answer.elapsed().toNanos() / 1000);
        generator.writeEndObject();
    }

    private static void writeHex(JsonGenerator generator, String name, @Nullable Bytes value) throws IOException {
        generator.writeStringField(name, value == null ? null : value.toHex());
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
