package dev.keywarden.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A server of OPA, run as its users run it. */
final class OpaProcess implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(60);

    private final int port;
    private final Path log;
    private final Process process;

    private OpaProcess(int port, Path log, Process process) {
        this.port = port;
        this.log = log;
        this.process = process;
    }

    /**
     * Starts a server, and waits until it is healthy.
     *
     * @param folder for its log
     * @param sources of policy and data
     */
    static OpaProcess start(Path folder, List<String> sources, String... options) {
        return startAt(Ports.free(), folder, sources, options);
    }

    /** The same at a known port. */
    static OpaProcess startAt(int port, Path folder, List<String> sources, String... options) {
        int health = Ports.free();
        List<String> command = new ArrayList<>(
                List.of(PolicyTool.program("opa").toString(), "run", "--server", "--ignore", "*_test.rego", "--addr"));
        command.addAll(List.of("127.0.0.1:" + port, "--diagnostic-addr", "http://127.0.0.1:" + health));
        command.addAll(Arrays.asList(options));
        command.addAll(sources);
        Path log = folder.resolve("opa-" + port + ".log");
        try {
            OpaProcess opa = new OpaProcess(
                    port,
                    log,
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                            .start());
            opa.awaitHealthy(URI.create("http://127.0.0.1:" + health + "/health"));
            return opa;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitHealthy(URI health) {
        boolean healthy;
        try (HttpClient client = HttpClient.newHttpClient()) {
            healthy = Await.until(START, () -> !process.isAlive() || isHealthy(client, health)) && process.isAlive();
        }
        if (!healthy) {
            close();
            throw new AssertionError("the OPA server does not come up:\n" + log());
        }
    }

    private static boolean isHealthy(HttpClient client, URI health) {
        try {
            HttpRequest request = HttpRequest.newBuilder(health).build();
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    int port() {
        return port;
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    /** What it printed so far. */
    String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes it hang: connections are still taken, by the kernel. */
    void hang() {
        signal("STOP");
    }

    /** Lets it go on. */
    void goOn() {
        signal("CONT");
    }

    private void signal(String name) {
        try {
            int code = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .start()
                    .waitFor();
            if (code != 0) {
                throw new AssertionError("kill -" + name + " ended with " + code);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
