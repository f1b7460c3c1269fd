package dev.keywarden.it.load;

import com.google.protobuf.Empty;
import dev.keywarden.rpc.RaTlsClient;
import dev.keywarden.rpc.RpcException;
import dev.keywarden.rpc.proto.GetMetaResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A running node, stopped by its process id when closed or when this process ends. */
final class NodeProcess implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final long POLL_MILLIS = 3;
    private static final long STOP_SECONDS = 15;

    private final NodeFolder folder;
    private final Process process;
    private final Duration startToFirstAnswer;

    private NodeProcess(NodeFolder folder, List<String> command) throws IOException, InterruptedException {
        this.folder = folder;
        long from = System.nanoTime();
        this.process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.log().toFile()))
                .start();
        Process started = process;
        Runtime.getRuntime().addShutdownHook(new Thread(started::destroy, "stop node"));
        try {
            awaitFirstAnswer(from + START_LIMIT.toNanos());
        } catch (IOException | InterruptedException | RuntimeException e) {
            close();
            throw e;
        }
        this.startToFirstAnswer = Duration.ofNanos(System.nanoTime() - from);
    }

    /** Starts a node and waits until it answers. */
    static NodeProcess start(NodeFolder folder, List<String> command) throws IOException, InterruptedException {
        return new NodeProcess(folder, command);
    }

    /** From the start of the process until an answer to GetMeta was read, to about 10 ms. */
    Duration startToFirstAnswer() {
        return startToFirstAnswer;
    }

    long pid() {
        return process.pid();
    }

    ServerProcess figures() {
        return new ServerProcess(pid());
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for the port with as little work as possible, since the node starts on the same cores. */
    private void awaitFirstAnswer(long untilNanos) throws IOException, InterruptedException {
        while (!accepts() || !answers()) {
            if (!process.isAlive() || System.nanoTime() > untilNanos) {
                throw new IOException("the node did not come up; it said: " + lastLines(folder.log()));
            }
            Thread.sleep(POLL_MILLIS);
        }
    }

    private boolean accepts() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), folder.port()), 1000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** The onboarding listener of a node without keys is on the same port and speaks no TLS. */
    private boolean answers() {
        try (RaTlsClient anyone = RaTlsClient.to(folder.url())
                .trustingUnverifiedServer()
                .connectTimeout(CONNECT)
                .deadline(START_LIMIT)
                .build()) {
            anyone.call("GetMeta", Empty.getDefaultInstance(), GetMetaResponse.getDefaultInstance());
            return true;
        } catch (RpcException e) {
            return false;
        }
    }

    private static String lastLines(Path log) throws IOException {
        List<String> lines = Files.readAllLines(log);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 10), lines.size()));
    }
}
