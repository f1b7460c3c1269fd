package dev.keywarden.app.audit;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.keywarden.host.AuthorizerAnswer;
import dev.keywarden.spi.BootInfo;
import dev.keywarden.spi.Bytes;
import dev.keywarden.spi.Decision;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The text form of a decision record: one line of JSON, field by field as {@code docs/decision-records.md} lists them. */
final class DecisionRecordJson {
    /** Version of the format; readers refuse what they do not know. */
    static final int VERSION = 1;

    private static final int TYPICAL_BYTES = 1536;

    private final JsonFactory json = new JsonFactory();
    private final String node;

    /** @param node the id of this node, which tells apart the logs of many */
    DecisionRecordJson(String node) {
        this.node = node;
    }

    byte[] line(DecisionRecord record, long sequence) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(TYPICAL_BYTES);
        try (JsonGenerator generator = json.createGenerator(out)) {
            generator.writeStartObject();
            generator.writeNumberField("v", VERSION);
            generator.writeStringField("node", node);
            generator.writeNumberField("seq", sequence);
            generator.writeStringField("time", record.time().toString());
            generator.writeStringField("request_id", record.requestId());
            generator.writeStringField("gate", lower(record.gate()));
            generator.writeStringField("method", record.method());
            generator.writeStringField("subject", lower(record.subject()));
            generator.writeStringField("outcome", lower(record.outcome()));
            generator.writeStringField("reason", record.reason());
            generator.writeStringField("untrusted_remote", record.remote());
            generator.writeStringField("verifier", record.verifier());
            writeHex(generator, "evidence_sha256", record.evidenceSha256());
            writeBootInfo(generator, record.bootInfo());
            generator.writeArrayFieldStart("answers");
            for (AuthorizerAnswer answer : record.answers()) {
                writeAnswer(generator, answer);
            }
            generator.writeEndArray();
            generator.writeNumberField("generation", record.generation());
            generator.writeStringField("plugin_set", record.pluginSet());
            generator.writeEndObject();
            generator.writeRaw('\n');
        } catch (IOException e) {
            throw new UncheckedIOException("A decision record can't be written to memory", e);
        }
        return out.toByteArray();
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
        generator.writeArrayFieldStart("advisoryIds");
        for (String advisory : info.advisoryIds()) {
            generator.writeString(advisory);
        }
        generator.writeEndArray();
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
