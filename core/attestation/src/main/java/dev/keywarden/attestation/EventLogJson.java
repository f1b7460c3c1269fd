package dev.keywarden.attestation;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.keywarden.spi.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The event log as a JSON array, as the legacy certificate extension and version 1 requests carry it (section 6.1). */
public final class EventLogJson {
    private static final int MAX_NESTING = 8;

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(MAX_NESTING).build())
            .build();

    private EventLogJson() {}

    /**
     * Parses untrusted text. Hex is strict; a missing digest is empty; unknown members are skipped.
     *
     * @throws EnvelopeException if it is not an array of events
     */
    public static List<TdxEvent> parse(Bytes utf8) {
        try (JsonParser in = JSON.createParser(text(utf8))) {
            if (in.nextToken() != JsonToken.START_ARRAY) {
                throw malformed("not an array");
            }
            List<TdxEvent> events = new ArrayList<>();
            while (in.nextToken() == JsonToken.START_OBJECT) {
                if (events.size() == AttestationEnvelope.MAX_EVENTS) {
                    throw malformed("more than " + AttestationEnvelope.MAX_EVENTS + " events");
                }
                events.add(event(in));
            }
            if (in.currentToken() != JsonToken.END_ARRAY || in.nextToken() != null) {
                throw malformed("something else than events");
            }
            return events;
        } catch (IOException e) {
            throw new EnvelopeException("Failed to parse event log: not JSON", e);
        }
    }

    /** Decoded here, since the parser would also take other encodings and sloppy UTF-8. */
    private static String text(Bytes utf8) throws CharacterCodingException {
        return StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(utf8.toArray()))
                .toString();
    }

    private static TdxEvent event(JsonParser in) throws IOException {
        Fields fields = new Fields();
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            String name = in.currentName();
            in.nextToken();
            switch (name) {
                case "imr" -> fields.imr = number(in, name);
                case "event_type" -> fields.type = number(in, name);
                case "digest" -> fields.digest = hex(in, name);
                case "event" -> fields.event = text(in, name);
                case "event_payload" -> fields.payload = hex(in, name);
                case "version" -> fields.version = number(in, name);
                case "preimage" -> fields.preimage = in.currentToken() == JsonToken.VALUE_NULL ? null : hex(in, name);
                default -> in.skipChildren();
            }
        }
        if (fields.imr == null || fields.type == null || fields.event == null || fields.payload == null) {
            throw malformed("an event lacks imr, event_type, event or event_payload");
        }
        if (fields.version != 1 && fields.version != 2) {
            throw malformed("event version " + fields.version);
        }
        return new TdxEvent(
                fields.imr,
                fields.type,
                fields.digest,
                fields.event,
                fields.payload,
                (int) fields.version,
                fields.preimage);
    }

    /** The members of one event while they are read. */
    private static final class Fields {
        private @Nullable Long imr;
        private @Nullable Long type;
        private Bytes digest = Bytes.EMPTY;
        private @Nullable String event;
        private @Nullable Bytes payload;
        private long version = 1;
        private @Nullable Bytes preimage;
    }

    private static long number(JsonParser in, String name) throws IOException {
        if (in.currentToken() != JsonToken.VALUE_NUMBER_INT) {
            throw malformed(name + " is not a whole number");
        }
        return in.getLongValue();
    }

    private static String text(JsonParser in, String name) throws IOException {
        if (in.currentToken() != JsonToken.VALUE_STRING) {
            throw malformed(name + " is not text");
        }
        String text = in.getText();
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw malformed(name + " has half a character");
        }
        return text;
    }

    private static Bytes hex(JsonParser in, String name) throws IOException {
        try {
            return Bytes.fromHex(text(in, name));
        } catch (IllegalArgumentException e) {
            throw malformed(name + " is not hex");
        }
    }

    private static EnvelopeException malformed(String what) {
        return new EnvelopeException("Failed to parse event log: " + what);
    }

    /** Compact JSON, UTF-8. */
    public static Bytes write(List<TdxEvent> events) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartArray();
            for (TdxEvent event : events) {
                write(json, event);
            }
            json.writeEndArray();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory does not fail", e);
        }
        return Bytes.of(out.toByteArray());
    }

    private static void write(JsonGenerator json, TdxEvent event) throws IOException {
        json.writeStartObject();
        json.writeNumberField("imr", event.imr());
        json.writeNumberField("event_type", event.eventType());
        json.writeStringField("digest", event.digest().toHex());
        json.writeStringField("event", event.event());
        json.writeStringField("event_payload", event.payload().toHex());
        if (event.version() != 1) {
            json.writeNumberField("version", event.version());
        }
        Bytes preimage = event.preimage();
        if (preimage != null) {
            json.writeStringField("preimage", preimage.toHex());
        }
        json.writeEndObject();
    }
}
