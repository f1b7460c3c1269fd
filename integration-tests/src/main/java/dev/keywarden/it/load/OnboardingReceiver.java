package dev.keywarden.it.load;

import dev.keywarden.spi.Bytes;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A node without root keys, in a process of its own, on the same simulated machine as the source. */
final class OnboardingReceiver implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final long POLL_MILLIS = 20;
    private static final long STOP_SECONDS = 15;

    private final NodeFolder folder;
    private final Process process;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private OnboardingReceiver(NodeFolder folder, Process process) {
        this.folder = folder;
        this.process = process;
    }

    /**
     * Starts one and waits until it listens.
     *
     * @param seed of the software TEE that both trust
     * @param allowlist what it knows of others
     */
    static OnboardingReceiver start(NodeFolder source, Bytes seed, String allowlist)
            throws IOException, InterruptedException {
        NodeFolder own = NodeFolder.make(source.home());
        String configuration = source.allowingConfiguration()
                .replace(source.root().toString(), own.root().toString())
                .replace("port = " + source.port(), "port = " + own.port())
                .replace(
                        "[core.attestation.mock.machine]",
                        "[core.attestation.mock]\nseed = \"" + seed.toHex() + "\"\n\n[core.attestation.mock.machine]");
        Path file = Files.writeString(own.root().resolve("kms.toml"), configuration);
        Files.writeString(own.root().resolve("allowlist.json"), allowlist);
        Process process = new ProcessBuilder(
                        own.home().resolve("bin/keywarden").toString(), "serve", "--config", file.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(own.log().toFile()))
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroy, "stop receiver"));
        OnboardingReceiver receiver = new OnboardingReceiver(own, process);
        receiver.awaitListening();
        return receiver;
    }

    private void awaitListening() throws IOException, InterruptedException {
        long until = System.nanoTime() + LIMIT.toNanos();
        while (System.nanoTime() < until && process.isAlive()) {
            try {
                http.send(
                        HttpRequest.newBuilder(URI.create(url() + "/health")).build(),
                        HttpResponse.BodyHandlers.discarding());
                return;
            } catch (IOException e) {
                Thread.sleep(POLL_MILLIS);
            }
        }
        throw new IOException("the receiver did not come up; its log is " + folder.log());
    }

    private String url() {
        return "http://127.0.0.1:" + folder.port();
    }

    /** Asks it to take the root keys of the source; returns what it said. */
    HttpResponse<String> onboardFrom(NodeFolder source) throws IOException, InterruptedException {
        String body = "{\"source_url\":\"" + source.url() + "\",\"domain\":\"localhost\"}";
        return http.send(
                HttpRequest.newBuilder(URI.create(url() + "/prpc/Onboard.Onboard?json"))
                        .timeout(LIMIT)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    ServerProcess figures() {
        return new ServerProcess(process.pid());
    }

    @Override
    public void close() {
        http.close();
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            BenchMain.delete(folder.root());
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            System.err.println("bench: " + folder.root() + " is left behind: " + e.getMessage());
        }
    }
}
