package dev.keywarden.app.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;

/**
 * Reads the records of a log, those of its full files first.
 *
 * @param file the file that records are added to, or any other file of records
 */
public record RecordReader(Path file) {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    /**
     * One record.
     *
     * @param line as it stands in the file
     * @param json the same, parsed
     * @param place where, for people
     */
    public record Entry(String line, JsonNode json, String place) {
        /** Its kind; the format before this one had decisions only. */
        public String kind() {
            return json.path("kind").asText("decision");
        }

        /** Its number. */
        public long sequence() {
            return json.path("seq").asLong();
        }
    }

    /**
     * Hands out records in order, until told that it is enough. Half a record at the end is not handed out.
     *
     * @param more whether there shall be more
     * @throws IOException if a file can't be read or holds a line that is no record
     */
    public void read(Predicate<Entry> more) throws IOException {
        List<Path> files = new LogFolder(file).files();
        if (files.isEmpty()) {
            throw new IOException(file + ": there is no log of decision records. Is the name right?");
        }
        for (Path path : files) {
            if (!read(path, more)) {
                return;
            }
        }
    }

    /** Reads one file; returns whether more is wanted. */
    static boolean read(Path path, Predicate<Entry> more) throws IOException {
        int number = 0;
        try (BufferedReader reader = Files.newBufferedReader(path)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                number++;
                if (!line.isBlank() && !more.test(parse(line, path + ":" + number))) {
                    return false;
                }
            }
        } catch (TornLineException e) {
            if (number == 0 || !isLast(path, number)) {
                throw e;
            }
        }
        return true;
    }

    /** Only the last line may be half a record. */
    private static boolean isLast(Path path, int number) throws IOException {
        try (BufferedReader reader = Files.newBufferedReader(path)) {
            return reader.lines().count() == number;
        }
    }

    static Entry parse(String line, String place) throws IOException {
        try {
            return new Entry(line, JSON.readTree(line), place);
        } catch (JsonProcessingException e) {
            throw new TornLineException(place + ": not a record: " + e.getOriginalMessage(), e);
        }
    }

    /** A line that is no JSON. */
    static final class TornLineException extends IOException {
        @java.io.Serial
        private static final long serialVersionUID = 1L;

        TornLineException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
