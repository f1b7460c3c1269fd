package dev.keywarden.plugin.rego.facts;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.keywarden.files.BrokenFileException;
import dev.keywarden.plugin.rego.json.Json;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import org.jspecify.annotations.Nullable;

/**
 * Reads a list: one entry to a line, {@code {"key": "<hex>", ...attributes}} or just the key. Empty lines count for nothing.
 * One reader reads one file, in one pass.
 */
final class FactReader {
    private static final byte[] NO_ATTRIBUTES = {'{', '}'};
    private static final String KEY = "key";

    private final FactKey key;
    private final FactTable.Builder table;
    private final byte[] target;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private int number;

    private FactReader(FactKey key) {
        this.key = key;
        this.table = new FactTable.Builder(key.width());
        this.target = new byte[key.width()];
    }

    static FactTable read(InputStream text, FactKey key) throws IOException, BrokenFileException {
        return new FactReader(key).readAll(new BufferedInputStream(text, 1 << 16));
    }

    private FactTable readAll(InputStream text) throws IOException, BrokenFileException {
        byte[] block = new byte[1 << 16];
        for (int read = text.read(block); read >= 0; read = text.read(block)) {
            int from = 0;
            for (int i = 0; i < read; i++) {
                if (block[i] == '\n') {
                    append(block, from, i);
                    endLine();
                    from = i + 1;
                }
            }
            append(block, from, read);
        }
        endLine();
        try {
            return table.build();
        } catch (FactTable.RepeatedKeyException e) {
            throw new BrokenFileException("the key " + e.getMessage() + " is there twice");
        }
    }

    private void append(byte[] block, int from, int to) throws BrokenFileException {
        if (line.size() + (to - from) > 2 * FactTable.Builder.MAX_ENTRY_BYTES) {
            throw new BrokenFileException("line " + (number + 1) + " is too long");
        }
        line.write(block, from, to - from);
    }

    private void endLine() throws BrokenFileException {
        number++;
        byte[] bytes = line.toByteArray();
        line.reset();
        int end = bytes.length;
        while (end > 0 && (bytes[end - 1] == '\r' || bytes[end - 1] == ' ')) {
            end--;
        }
        if (end == 0) {
            return;
        }
        byte[] attributes = bytes[0] == '{' ? object(bytes, end) : plain(bytes, end);
        if (attributes.length > FactTable.Builder.MAX_ENTRY_BYTES) {
            throw broken("the entry has more than " + FactTable.Builder.MAX_ENTRY_BYTES + " bytes");
        }
        if (!table.add(target, attributes)) {
            throw broken("the list is too large");
        }
    }

    private byte[] plain(byte[] bytes, int end) throws BrokenFileException {
        decode(new String(bytes, 0, end, UTF_8));
        return NO_ATTRIBUTES;
    }

    private void decode(String spelled) throws BrokenFileException {
        String problem = key.decode(spelled, target);
        if (problem != null) {
            throw broken(problem);
        }
    }

    /** The attributes without the key, compactly. */
    private byte[] object(byte[] bytes, int end) throws BrokenFileException {
        ByteArrayOutputStream attributes = new ByteArrayOutputStream(end);
        boolean found = false;
        try {
            UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, end));
            try (JsonParser in = Json.factory().createParser(bytes, 0, end);
                    JsonGenerator out = Json.factory().createGenerator(attributes)) {
                in.nextToken();
                out.writeStartObject();
                while (in.nextToken() != JsonToken.END_OBJECT) {
                    String name = in.currentName();
                    JsonToken value = in.nextToken();
                    if (name.equals(KEY)) {
                        found = true;
                        decode(value == JsonToken.VALUE_STRING ? in.getText() : "");
                    } else {
                        out.writeFieldName(name);
                        out.copyCurrentStructureExact(in);
                    }
                }
                out.writeEndObject();
                requireEnd(in.nextToken());
            }
        } catch (JsonProcessingException e) {
            throw broken(
                    "it is no JSON object: " + Json.malformed(e).getMessage().replaceFirst("^line \\d+, ", ""));
        } catch (CharacterCodingException e) {
            throw broken("it is not UTF-8");
        } catch (IOException e) {
            throw broken("it is no JSON object");
        }
        if (!found) {
            throw broken("the object has no \"key\"");
        }
        return attributes.toByteArray();
    }

    private void requireEnd(@Nullable JsonToken next) throws BrokenFileException {
        if (next != null) {
            throw broken("something follows the object");
        }
    }

    private BrokenFileException broken(String problem) {
        return new BrokenFileException("line " + number + ": " + problem);
    }
}
