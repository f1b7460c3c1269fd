package dev.keywarden.app.audit;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Hands out the records of a log as they are written, over the change from a full file to the next. */
public final class RecordFollower implements AutoCloseable {
    private final LogFolder folder;
    private @Nullable RandomAccessFile file;
    private @Nullable Object key;
    private long position;
    private long next = -1;

    /** @param file the file that records are added to; may be missing yet */
    public RecordFollower(Path file) {
        this.folder = new LogFolder(file);
    }

    /**
     * Goes to the end of what is there, so that only what comes is handed out.
     *
     * @throws IOException if it can't be read
     */
    public void skip() throws IOException {
        poll(entry -> {});
    }

    /**
     * Hands out what came since the last time.
     *
     * @throws IOException if it can't be read, or is no log
     */
    public void poll(Consumer<RecordReader.Entry> entries) throws IOException {
        readOn(entries);
        Object now = key(folder.active());
        if (now != null && !now.equals(key)) {
            // What was written to the old file between reading it and its end.
            readOn(entries);
            for (Path full : folder.fullFiles()) {
                if (folder.first(full) >= next) {
                    RecordReader.read(full, entry -> {
                        hand(entry, entries);
                        return true;
                    });
                }
            }
            reopen(now);
            readOn(entries);
        }
    }

    private void reopen(Object now) throws IOException {
        close();
        file = new RandomAccessFile(folder.active().toFile(), "r");
        key = now;
        position = 0;
    }

    private static @Nullable Object key(Path path) throws IOException {
        return Files.exists(path)
                ? Files.readAttributes(path, BasicFileAttributes.class).fileKey()
                : null;
    }

    private void readOn(Consumer<RecordReader.Entry> entries) throws IOException {
        RandomAccessFile open = file;
        if (open == null) {
            return;
        }
        byte[] more = new byte[(int) Math.min(Integer.MAX_VALUE / 2, Math.max(0, open.length() - position))];
        open.seek(position);
        open.readFully(more);
        int start = 0;
        for (int at = 0; at < more.length; at++) {
            if (more[at] == '\n') {
                String line = new String(more, start, at - start, StandardCharsets.UTF_8);
                hand(RecordReader.parse(line, folder.active().toString()), entries);
                start = at + 1;
            }
        }
        position += start;
    }

    private void hand(RecordReader.Entry entry, Consumer<RecordReader.Entry> entries) {
        if (entry.sequence() >= next) {
            next = entry.sequence() + 1;
            entries.accept(entry);
        }
    }

    @Override
    public void close() throws IOException {
        if (file != null) {
            file.close();
        }
    }
}
