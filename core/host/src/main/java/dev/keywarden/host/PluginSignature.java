package dev.keywarden.host;

import dev.keywarden.spi.Bytes;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * One statement of one key about one archive: these bytes are this version of this plugin, for this use, until then.
 *
 * <p>It is written as lines of text. What is signed are exactly those lines but the last, each with its line feed; the first
 * one keeps the signature from being taken for one of another kind. There is one way to write a statement, and what is
 * written in another does not parse.
 *
 * @param sha256 of the archive, lower-case hex
 * @param plugin its {@code Plugin-Id}
 * @param version its {@code Plugin-Version}
 * @param role what it may be used for
 * @param expires from when on the statement does not count, in whole seconds
 * @param key {@link Ed25519#id} of the key
 * @param signature 64 bytes
 */
record PluginSignature(
        String sha256, String plugin, String version, PluginRole role, Instant expires, String key, Bytes signature) {
    private static final String FIRST_LINE = "keywarden-plugin-signature 1";
    private static final String SIGNATURE = "signature: ";
    private static final List<String> FIELDS =
            List.of("archive-sha256: ", "plugin: ", "version: ", "role: ", "expires: ", "key: ", SIGNATURE);

    /** Number of lines that a statement has. */
    static final int LINES = 1 + FIELDS.size();

    /** Signs a statement about an archive. */
    static PluginSignature make(
            PluginArchive archive, PluginRole role, Instant expires, Bytes publicKey, PrivateKey key) {
        PluginSignature unsigned = new PluginSignature(
                archive.sha256(),
                archive.id(),
                archive.version(),
                role,
                expires.truncatedTo(ChronoUnit.SECONDS),
                Ed25519.id(publicKey),
                Bytes.EMPTY);
        return unsigned.with(Ed25519.sign(key, unsigned.signedBytes()));
    }

    private PluginSignature with(Bytes made) {
        return new PluginSignature(sha256, plugin, version, role, expires, key, made);
    }

    boolean verifies(Bytes publicKey) {
        return Ed25519.verifies(publicKey, signedBytes(), signature);
    }

    private byte[] signedBytes() {
        String text = text();
        return text.substring(0, text.lastIndexOf(SIGNATURE)).getBytes(StandardCharsets.UTF_8);
    }

    /** The statement as it stands in a file. */
    String text() {
        List<String> values = List.of(
                sha256,
                plugin,
                version,
                role.text(),
                expires.toString(),
                key,
                Base64.getEncoder().encodeToString(signature.toArray()));
        StringBuilder text = new StringBuilder(FIRST_LINE).append('\n');
        for (int field = 0; field < values.size(); field++) {
            text.append(FIELDS.get(field)).append(values.get(field)).append('\n');
        }
        return text.toString();
    }

    /** Reads what {@link #text} writes, without line feeds; empty for anything else. */
    static Optional<PluginSignature> parse(List<String> lines) {
        if (lines.size() != LINES) {
            return Optional.empty();
        }
        try {
            PluginSignature parsed = new PluginSignature(
                    value(lines, 1),
                    value(lines, 2),
                    value(lines, 3),
                    PluginRole.of(value(lines, 4)).orElseThrow(() -> new IllegalArgumentException("no such role")),
                    Instant.parse(value(lines, 5)),
                    value(lines, 6),
                    Bytes.of(Base64.getDecoder().decode(value(lines, 7))));
            return Optional.of(parsed).filter(signature -> signature.text().equals(String.join("\n", lines) + "\n"));
        } catch (IllegalArgumentException | DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private static String value(List<String> lines, int field) {
        String name = FIELDS.get(field - 1);
        String line = lines.get(field);
        if (!line.startsWith(name)) {
            throw new IllegalArgumentException("the line must begin with " + name);
        }
        return line.substring(name.length());
    }
}
