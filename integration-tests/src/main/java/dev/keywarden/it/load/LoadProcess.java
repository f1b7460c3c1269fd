package dev.keywarden.it.load;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.keywarden.spi.Bytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Runs {@link LoadGenerator} in a process of its own. */
final class LoadProcess {
    private static final ObjectMapper JSON = JsonMapper.builder().build();

    private final NodeFolder folder;
    private final Bytes seed;
    private final Duration measured;
    private final Duration warmUp;

    LoadProcess(NodeFolder folder, Bytes seed, Duration measured, Duration warmUp) {
        this.folder = folder;
        this.seed = seed;
        this.measured = measured;
        this.warmUp = warmUp;
    }

    /** Puts load on a node for one cell of a table. */
    LoadResult run(NodeProcess node, Cell cell) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command(node, cell))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroy, "stop load"));
        String line = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        if (!line.startsWith("{")) {
            throw new IOException("the load generator failed; the node's log is " + folder.log());
        }
        return JSON.readValue(line, LoadResult.class);
    }

    private List<String> command(NodeProcess node, Cell cell) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                // Java before 23 does not know the option that keeps protobuf from warning on each start.
                "-XX:+IgnoreUnrecognizedVMOptions",
                "--sun-misc-unsafe-memory-access=allow",
                "-Xmx256m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                LoadGenerator.class.getName()));
        command.addAll(List.of("--url", folder.url(), "--server-pid", String.valueOf(node.pid())));
        command.addAll(List.of("--method", cell.rpc().method(), "--clients", String.valueOf(cell.clients())));
        command.addAll(List.of("--seconds", seconds(measured), "--warmup", seconds(warmUp), "--seed", seed.toHex()));
        command.addAll(List.of(cell.kept() ? "--kept" : "--new-connections", "--json"));
        return command;
    }

    private static String seconds(Duration duration) {
        return String.valueOf(duration.toMillis() / 1000.0);
    }
}
