package dev.keywarden.attestation;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.keywarden.spi.Bytes;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What the virtual machine's configuration says about itself (wire protocol, sections 4.1 and 6.8).
 *
 * @param osImageHash claimed hash of the OS image; empty if the configuration names none
 */
public record VmConfig(Bytes osImageHash) {
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private static final String OS_IMAGE_HASH = "os_image_hash";
    private static final String WRAPPED = "vm_config";

    /**
     * Parses a configuration. Accepts the whole system configuration too, whose text member {@code vm_config} holds the
     * real one. Unknown members are ignored.
     *
     * @param json the text; empty stands for a configuration that says nothing
     * @throws EnvelopeException if it is not an object, or the hash is not strict hex
     */
    public static VmConfig parse(String json) {
        try {
            return new VmConfig(osImageHash(json, true));
        } catch (JsonProcessingException e) {
            throw malformed(e.getOriginalMessage());
        } catch (IOException e) {
            throw malformed(String.valueOf(e.getMessage()));
        }
    }

    private static Bytes osImageHash(String json, boolean mayBeWrapped) throws IOException {
        if (json.isEmpty()) {
            return Bytes.EMPTY;
        }
        Bytes hash = Bytes.EMPTY;
        @Nullable String wrapped = null;
        try (JsonParser in = JSON.createParser(json)) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                throw malformed("not a JSON object");
            }
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                String name = in.currentName();
                JsonToken value = in.nextToken();
                if (name.equals(OS_IMAGE_HASH)) {
                    hash = strictHex(in, value);
                } else if (name.equals(WRAPPED) && value == JsonToken.VALUE_STRING) {
                    wrapped = in.getText();
                } else {
                    in.skipChildren();
                }
            }
            if (in.nextToken() != null) {
                throw malformed("trailing characters");
            }
        }
        return mayBeWrapped && wrapped != null ? osImageHash(wrapped, false) : hash;
    }

    private static Bytes strictHex(JsonParser in, JsonToken value) throws IOException {
        if (value != JsonToken.VALUE_STRING) {
            throw malformed("os_image_hash is not text");
        }
        String text = in.getText();
        if (text.length() % 2 != 0) {
            throw malformed("Odd number of digits");
        }
        for (int i = 0; i < text.length(); i++) {
            if (Character.digit(text.charAt(i), 16) < 0 || text.charAt(i) > 'f') {
                throw malformed("Invalid character '" + text.charAt(i) + "' at position " + i);
            }
        }
        return Bytes.fromHex(text);
    }

    private static EnvelopeException malformed(String cause) {
        return new EnvelopeException("Failed to decode os image hash: Failed to parse vm config: " + cause);
    }
}
