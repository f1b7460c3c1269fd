package dev.keywarden.app.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Looks again and again at a folder and some files, and says when they have changed and stopped changing.
 *
 * <p>Looking costs a few system calls and works on every file system, mounted and overlaid ones too, where notifications get
 * lost. What is still being written looks different each time; it is acted on once two looks in a row see the same.
 */
final class ChangeWatch implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ChangeWatch.class.getName());
    private static final Duration INTERVAL = Duration.ofMillis(250);

    private final Supplier<List<Path>> watched;
    private final Runnable changed;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Thread thread;

    private ChangeWatch(Supplier<List<Path>> watched, Runnable changed) {
        this.watched = watched;
        this.changed = changed;
        this.thread = Thread.ofPlatform().daemon().name("change-watch").unstarted(this::run);
    }

    /**
     * Starts with what is there now.
     *
     * @param watched folders, whose entries count, and files; asked again at each look
     * @param changed called on the watch's own thread
     */
    static ChangeWatch start(Supplier<List<Path>> watched, Runnable changed) {
        ChangeWatch watch = new ChangeWatch(watched, changed);
        watch.thread.start();
        return watch;
    }

    private void run() {
        Map<Path, String> acted = look();
        Map<Path, String> before = acted;
        try {
            while (!stop.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
                Map<Path, String> now = look();
                if (now.equals(before) && !now.equals(acted)) {
                    acted = now;
                    act();
                }
                before = now;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void act() {
        try {
            changed.run();
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "acting on a change failed; the node goes on as it was", e);
        }
    }

    private Map<Path, String> look() {
        Map<Path, String> seen = new TreeMap<>();
        for (Path path : watched.get()) {
            seen.put(path, appearance(path));
            if (Files.isDirectory(path)) {
                try (Stream<Path> entries = Files.list(path)) {
                    entries.forEach(entry -> seen.put(entry, appearance(entry)));
                } catch (IOException | java.io.UncheckedIOException e) {
                    seen.put(path, "unreadable");
                }
            }
        }
        return seen;
    }

    /** Of a link both its own and its target's; of a folder only that it is there, since its entries count. */
    private static String appearance(Path path) {
        try {
            BasicFileAttributes file = Files.readAttributes(path, BasicFileAttributes.class);
            if (file.isDirectory()) {
                return "folder";
            }
            BasicFileAttributes link = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return file.size() + " " + file.lastModifiedTime() + " " + file.fileKey() + " " + link.fileKey();
        } catch (IOException e) {
            return "absent";
        }
    }

    /** Stops looking; waits for an action under way. */
    @Override
    public void close() {
        stop.countDown();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
