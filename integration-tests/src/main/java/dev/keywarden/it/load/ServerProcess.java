package dev.keywarden.it.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What Linux says of a process, from {@code /proc} (proc_pid_stat(5), proc_pid_status(5)).
 *
 * @param pid of the process
 */
record ServerProcess(long pid) {
    /** {@code sysconf(_SC_CLK_TCK)} is 100 on every Linux that a JDK runs on. */
    private static final long TICK_MILLIS = 10;

    /** Field 14 of the line, counted from the one after the command's closing parenthesis, which is field 3. */
    private static final int UTIME = 14 - 3;

    /** Processor time of all its threads so far, to 10 ms. */
    Duration cpu() {
        String stat = read("stat");
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", UTIME + 3);
        long ticks = Long.parseLong(fields[UTIME]) + Long.parseLong(fields[UTIME + 1]);
        return Duration.ofMillis(ticks * TICK_MILLIS);
    }

    /** Resident memory in MiB. */
    long residentMebibytes() {
        List<String> lines = read("status").lines().toList();
        return lines.stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("process " + pid + " has ended"));
    }

    private String read(String file) {
        try {
            return Files.readString(Path.of("/proc", String.valueOf(pid), file));
        } catch (IOException e) {
            throw new UncheckedIOException("process " + pid + " can't be read in /proc; has it ended?", e);
        }
    }
}
