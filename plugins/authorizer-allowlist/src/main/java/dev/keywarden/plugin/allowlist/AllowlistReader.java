package dev.keywarden.plugin.allowlist;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.keywarden.files.BrokenFileException;
import dev.keywarden.files.PackedTable;
import dev.keywarden.spi.BootInfo;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads the file: JSON of the format of wire protocol, section 4.5, at its newer revision.
 *
 * <p>Stricter than the reference: a key that is not known, a key given twice, a value of another type, hex of another
 * width and an app under two spellings break the file. The reference takes no notice of any of these, so that a typing
 * error there silently allows or denies.
 *
 * <p>The text is read in one pass and never held as a whole; one reader reads one file.
 */
final class AllowlistReader {
    private static final KnownKeys FILE_KEYS = new KnownKeys(List.of(
            "gatewayAppId",
            "kmsContractAddr",
            "chainId",
            "appImplementation",
            "osImages",
            "allowedTcbStatuses",
            "allowedAdvisoryIds",
            "kms",
            "apps"));
    private static final KnownKeys KMS_KEYS = new KnownKeys(List.of("mrAggregated", "devices", "allowAnyDevice"));
    private static final KnownKeys APP_KEYS = new KnownKeys(List.of("composeHashes", "devices", "allowAnyDevice"));

    private final JsonParser parser;

    private final AllowlistDraft draft = new AllowlistDraft();

    private AllowlistReader(JsonParser parser) {
        this.parser = parser;
    }

    /**
     * Reads a file.
     *
     * @param text UTF-8; not closed
     * @throws BrokenFileException if it is no allowlist
     * @throws IOException if it can't be read
     */
    static Allowlist read(InputStream text) throws IOException, BrokenFileException {
        JsonFactory json = JsonFactory.builder()
                .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .build();
        InputStreamReader characters = new InputStreamReader(
                text,
                UTF_8.newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT));
        try (JsonParser parser = json.createParser(characters).disable(JsonParser.Feature.AUTO_CLOSE_SOURCE)) {
            return new AllowlistReader(parser).readFile();
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation();
            throw new BrokenFileException((at == null ? "" : place(at)) + e.getOriginalMessage());
        } catch (CharacterCodingException e) {
            throw new BrokenFileException("it is not UTF-8");
        }
    }

    private Allowlist readFile() throws IOException, BrokenFileException {
        if (parser.nextToken() == null) {
            throw new BrokenFileException("it is empty; the smallest allowlist is {}");
        }
        readObject("the file", FILE_KEYS, this::readTop);
        if (parser.nextToken() != null) {
            throw broken("there is something after the end of the object");
        }
        return draft.finish();
    }

    private void readTop(String key) throws IOException, BrokenFileException {
        switch (key) {
            case "gatewayAppId" -> draft.gatewayAppId = readString(key);
            case "kmsContractAddr" -> draft.kmsContractAddr = readString(key);
            case "appImplementation" -> draft.appImplementation = readString(key);
            case "chainId" -> draft.chainId = readUnsigned(key);
            case "osImages" -> readHashes(key, draft.osImages);
            case "allowedTcbStatuses" -> draft.tcbStatuses = readStrings(key);
            case "allowedAdvisoryIds" -> draft.advisoryIds = readStrings(key);
            case "kms" -> readObject(key, KMS_KEYS, this::readKms);
            default -> readApps();
        }
    }

    private void readKms(String key) throws IOException, BrokenFileException {
        switch (key) {
            case "mrAggregated" -> readHashes("kms.mrAggregated", draft.kmsMeasurements);
            case "devices" -> readHashes("kms.devices", draft.kmsDevices);
            default -> draft.kmsAllowsAnyDevice = readBoolean("kms.allowAnyDevice");
        }
    }

    private void readApps() throws IOException, BrokenFileException {
        expect(JsonToken.START_OBJECT, "apps", "an object with app ids as keys");
        byte[] entry = new byte[BootInfo.APP_ID_BYTES + Allowlist.Apps.NUMBER_BYTES];
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String id = parser.currentName();
            String wrong = HexText.decode(id.toCharArray(), 0, id.length(), entry, 0, BootInfo.APP_ID_BYTES);
            if (wrong != null) {
                throw broken("the app id \"" + abridged(id) + "\" " + wrong);
            }
            parser.nextToken();
            AppEntry app = new AppEntry(id, draft.nextApp());
            readObject(app, APP_KEYS, app::read);
            draft.addApp(entry, app.allowAnyDevice);
        }
    }

    /** One app while it is read. */
    private final class AppEntry {
        private final String id;
        private final int number;
        private boolean allowAnyDevice;

        AppEntry(String id, int number) {
            this.id = id;
            this.number = number;
        }

        void read(String key) throws IOException, BrokenFileException {
            byte[] entry = new byte[Allowlist.Apps.NUMBER_BYTES + BootInfo.HASH_BYTES];
            AllowlistDraft.putNumber(entry, 0, number);
            switch (key) {
                case "composeHashes" -> readHashes(new Named(this, key), draft.composeHashes, entry);
                case "devices" -> readHashes(new Named(this, key), draft.appDevices, entry);
                default -> allowAnyDevice = readBoolean(new Named(this, key));
            }
        }

        @Override
        public String toString() {
            return "apps." + abridged(id);
        }
    }

    /** A name that is put together only if there is something to say about it; there may be millions. */
    private record Named(Object parent, String key) {
        @Override
        public String toString() {
            return parent + "." + key;
        }
    }

    /** What to do with the value of a key. */
    private interface Field {
        void read(String key) throws IOException, BrokenFileException;
    }

    private void readObject(Object name, KnownKeys keys, Field field) throws IOException, BrokenFileException {
        expect(JsonToken.START_OBJECT, name, "an object");
        int seen = 0;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String key = parser.currentName();
            int index = keys.indexOf(key);
            if (index < 0) {
                throw broken(name + " has no key \"" + abridged(key) + "\"; " + keys.hint(abridged(key)));
            }
            if ((seen & 1 << index) != 0) {
                throw broken(name + " has the key " + key + " twice");
            }
            seen |= 1 << index;
            parser.nextToken();
            field.read(key);
        }
    }

    private void readHashes(Object name, PackedTable.Builder into) throws IOException, BrokenFileException {
        readHashes(name, into, new byte[BootInfo.HASH_BYTES]);
    }

    /** @param entry ends with room for a hash; what stands before goes in front of each */
    private void readHashes(Object name, PackedTable.Builder into, byte[] entry)
            throws IOException, BrokenFileException {
        expect(JsonToken.START_ARRAY, name, "a list of hex strings");
        for (int index = 0; parser.nextToken() != JsonToken.END_ARRAY; index++) {
            String wrong = parser.currentToken() != JsonToken.VALUE_STRING
                    ? "is not a string"
                    : HexText.decode(
                            parser.getTextCharacters(),
                            parser.getTextOffset(),
                            parser.getTextLength(),
                            entry,
                            entry.length - BootInfo.HASH_BYTES,
                            BootInfo.HASH_BYTES);
            if (wrong != null) {
                throw broken(name + "[" + index + "] " + wrong);
            }
            into.add(entry);
        }
    }

    private Set<String> readStrings(String name) throws IOException, BrokenFileException {
        expect(JsonToken.START_ARRAY, name, "a list of strings");
        Set<String> strings = new HashSet<>();
        for (int index = 0; parser.nextToken() != JsonToken.END_ARRAY; index++) {
            expect(JsonToken.VALUE_STRING, name + "[" + index + "]", "a string");
            strings.add(parser.getText());
        }
        return strings;
    }

    private String readString(String name) throws IOException, BrokenFileException {
        expect(JsonToken.VALUE_STRING, name, "a string");
        return parser.getText();
    }

    private boolean readBoolean(Object name) throws BrokenFileException {
        if (!parser.currentToken().isBoolean()) {
            throw broken(name + " must be true or false");
        }
        return parser.currentToken() == JsonToken.VALUE_TRUE;
    }

    private long readUnsigned(String name) throws IOException, BrokenFileException {
        if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT
                && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER
                && parser.getLongValue() >= 0) {
            return parser.getLongValue();
        }
        throw broken(name + " must be a whole number from 0 to " + Long.MAX_VALUE);
    }

    private void expect(JsonToken token, Object name, String kind) throws BrokenFileException {
        if (parser.currentToken() != token) {
            throw broken(name + " must be " + kind);
        }
    }

    private BrokenFileException broken(String what) {
        return new BrokenFileException(place(parser.currentTokenLocation()) + what);
    }

    private static String place(JsonLocation at) {
        return "line " + at.getLineNr() + ", column " + at.getColumnNr() + ": ";
    }

    private static String abridged(String text) {
        return text.length() <= 48 ? text : text.substring(0, 45) + "...";
    }
}
