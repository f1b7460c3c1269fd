package dev.keywarden.it;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** One run of the command line, with everything it printed. */
final class KeywardenProcess implements AutoCloseable {
    static final Path LAUNCHER = Path.of(System.getProperty("keywarden.home"), "bin", "keywarden");
    private static final Duration END = Duration.ofSeconds(20);

    private final Process process;
    private final List<String> out = new ArrayList<>();
    private final List<String> err = new ArrayList<>();
    private final CountDownLatch drained = new CountDownLatch(2);

    private KeywardenProcess(Process process) {
        this.process = process;
        drain(process.inputReader(StandardCharsets.UTF_8), out);
        drain(process.errorReader(StandardCharsets.UTF_8), err);
    }

    static KeywardenProcess start(Path workingDirectory, List<String> arguments) {
        return start(workingDirectory, arguments, Map.of());
    }

    /** @param environment added to this process's own */
    static KeywardenProcess start(Path workingDirectory, List<String> arguments, Map<String, String> environment) {
        List<String> command = new ArrayList<>();
        command.add(LAUNCHER.toString());
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).directory(workingDirectory.toFile());
        builder.environment().putAll(environment);
        try {
            return new KeywardenProcess(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts a line as a person types it; what goes to standard error is part of the output, as on a screen. */
    static KeywardenProcess shell(Path workingDirectory, String line) {
        try {
            return new KeywardenProcess(new ProcessBuilder("sh", "-c", line)
                    .directory(workingDirectory.toFile())
                    .redirectErrorStream(true)
                    .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs to the end. */
    static KeywardenProcess run(Path workingDirectory, String... arguments) {
        KeywardenProcess process = start(workingDirectory, List.of(arguments));
        process.awaitEnd(Duration.ofSeconds(60));
        return process;
    }

    private void drain(BufferedReader reader, List<String> into) {
        Thread.ofVirtual().start(() -> {
            try (reader) {
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                    synchronized (this) {
                        into.add(line);
                        notifyAll();
                    }
                }
            } catch (IOException e) {
                synchronized (this) {
                    into.add("(output ended: " + e.getMessage() + ")");
                }
            } finally {
                drained.countDown();
                synchronized (this) {
                    notifyAll();
                }
            }
        });
    }

    /** Waits for a line on standard output; fails with everything printed if the process ends or time runs out before. */
    String awaitLine(Predicate<String> wanted, Duration limit) {
        return awaitLine(out, wanted, limit);
    }

    /** The same on standard error, where the log goes. */
    String awaitLogLine(Predicate<String> wanted, Duration limit) {
        return awaitLine(err, wanted, limit);
    }

    private String awaitLine(List<String> lines, Predicate<String> wanted, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        synchronized (this) {
            while (true) {
                Optional<String> found = lines.stream().filter(wanted).findFirst();
                if (found.isPresent()) {
                    return found.get();
                }
                long left = deadline - System.nanoTime();
                if (left <= 0 || (!process.isAlive() && drained.getCount() == 0)) {
                    throw new AssertionError("the line never came; printed were:\n" + printed());
                }
                try {
                    TimeUnit.NANOSECONDS.timedWait(this, Math.min(left, 100_000_000));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new AssertionError("interrupted", e);
                }
            }
        }
    }

    int awaitEnd(Duration limit) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("did not end within " + limit + "; printed were:\n" + printed());
            }
            drained.await();
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    int exitCode() {
        return process.exitValue();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    synchronized String out() {
        return String.join("\n", out);
    }

    synchronized String err() {
        return String.join("\n", err);
    }

    synchronized String printed() {
        return out() + "\n--- standard error:\n" + err();
    }

    /** As a crash does: nothing gets a chance to clean up. */
    void kill() {
        process.destroyForcibly();
        awaitEnd(END);
    }

    @Override
    public void close() {
        process.destroy();
        awaitEnd(END);
    }
}
