package dev.keywarden.attestation;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.keywarden.spi.Bytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The file in which a guest notes what it measures into RTMR3: one JSON object a line, with the name, the payload in base64
 * and, where it is not 1, the version (wire protocol, section 6.1).
 */
public final class RuntimeEventFile {
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private RuntimeEventFile() {}

    /**
     * Reads the events in order. Empty lines and unknown members are skipped.
     *
     * @param utf8 the content of the file
     * @throws EnvelopeException naming the first line that is no event
     */
    public static List<RuntimeEvent> parse(Bytes utf8) {
        List<RuntimeEvent> events = new ArrayList<>();
        int number = 0;
        for (String line : new String(utf8.toArray(), StandardCharsets.UTF_8).split("\n", -1)) {
            number++;
            if (line.isBlank()) {
                continue;
            }
            if (events.size() == AttestationEnvelope.MAX_EVENTS) {
                throw malformed(number, "there are more than " + AttestationEnvelope.MAX_EVENTS + " events");
            }
            events.add(event(line, number));
        }
        return events;
    }

    private static RuntimeEvent event(String line, int number) {
        @Nullable String name = null;
        @Nullable Bytes payload = null;
        int version = 1;
        try (JsonParser in = JSON.createParser(line)) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                throw malformed(number, "not a JSON object");
            }
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                String member = in.currentName();
                in.nextToken();
                switch (member) {
                    case "event" -> name = in.getText();
                    case "payload" -> payload = Bytes.of(Base64.getDecoder().decode(in.getText()));
                    case "version" -> version = in.getIntValue();
                    default -> in.skipChildren();
                }
            }
            if (in.nextToken() != null) {
                throw malformed(number, "something follows the object");
            }
        } catch (IOException e) {
            throw malformed(number, "not JSON of the form that guests write");
        } catch (IllegalArgumentException e) {
            throw malformed(number, "the payload is not base64");
        }
        if (name == null || payload == null) {
            throw malformed(number, "event or payload is missing");
        }
        return new RuntimeEvent(name, payload, version);
    }

    private static EnvelopeException malformed(int line, String why) {
        return new EnvelopeException("line " + line + " of the runtime events can't be read: " + why);
    }
}
