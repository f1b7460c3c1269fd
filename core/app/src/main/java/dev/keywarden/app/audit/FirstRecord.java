package dev.keywarden.app.audit;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the first record of a file begins with.
 *
 * @param beginning the first bytes of the file
 */
record FirstRecord(String beginning) {
    private static final int BYTES = 512;
    private static final Pattern PATTERN = Pattern.compile(
            "\\{\"v\":2,\"log\":\"[0-9a-f]{16}\",\"seq\":(\\d{1,18}),\"prev\":\"([0-9a-f]{64})\",\"time\":\"([^\"]+)\"");

    static FirstRecord of(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return new FirstRecord(new String(in.readNBytes(BYTES), StandardCharsets.ISO_8859_1));
        }
    }

    boolean isOfFormerFormat() {
        return beginning.startsWith("{\"v\":1,");
    }

    Optional<Long> sequence() {
        return Optional.ofNullable(match()).map(matcher -> Long.parseLong(matcher.group(1)));
    }

    /** What it names as the record before. */
    Optional<String> previous() {
        return Optional.ofNullable(match()).map(matcher -> matcher.group(2));
    }

    Optional<Instant> time() {
        Matcher matcher = match();
        try {
            return matcher == null ? Optional.empty() : Optional.of(Instant.parse(matcher.group(3)));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private @Nullable Matcher match() {
        Matcher matcher = PATTERN.matcher(beginning);
        return matcher.lookingAt() ? matcher : null;
    }
}
