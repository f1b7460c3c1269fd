package dev.keywarden.plugin.webhook;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.keywarden.spi.BootInfo;
import dev.keywarden.spi.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Writes boot info as the body of a question: names and order of wire protocol, section 4.1. */
final class BootInfoJson {
    private static final int USUAL_BYTES = 1024;

    private final JsonFactory json;
    private final Wire wire;

    BootInfoJson(JsonFactory json, Wire wire) {
        this.json = json;
        this.wire = wire;
    }

    /** Compact JSON, hex in lower case without prefix. */
    byte[] write(BootInfo bootInfo) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(USUAL_BYTES);
        try (JsonGenerator out = json.createGenerator(bytes)) {
            out.writeStartObject();
            out.writeStringField(wire.platformField(), bootInfo.attestationMode());
            hex(out, "mrAggregated", bootInfo.mrAggregated());
            hex(out, "osImageHash", bootInfo.osImageHash());
            hex(out, "mrSystem", bootInfo.mrSystem());
            hex(out, "appId", bootInfo.appId());
            hex(out, "composeHash", bootInfo.composeHash());
            hex(out, "instanceId", bootInfo.instanceId());
            hex(out, "deviceId", bootInfo.deviceId());
            hex(out, "keyProviderInfo", bootInfo.keyProviderInfo());
            out.writeStringField("tcbStatus", bootInfo.tcbStatus());
            out.writeArrayFieldStart("advisoryIds");
            for (String advisory : bootInfo.advisoryIds()) {
                out.writeString(advisory);
            }
            out.writeEndArray();
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("a byte array does not fail", e);
        }
        return bytes.toByteArray();
    }

    private static void hex(JsonGenerator out, String field, Bytes value) throws IOException {
        out.writeStringField(field, value.toHex());
    }
}
