package dev.keywarden.it.load;

import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A chain of one node on this machine, with a contract that allows everything. */
final class ChainProcess implements AutoCloseable {
    static final String CONTRACT = "0x00000000000000000000000000000000000a110e";

    /**
     * Returns {@code (true, "")} to calls with arguments and {@code ("")} to those without:
     * {@code CALLDATASIZE > 4 ? return(1, 64, 0) : return(32, 0)}.
     */
    private static final String CODE = "0x36600410601157602060005260406000f35b6001600052604060205260606000f3";

    private static final long START_SECONDS = 30;

    private final Process process;
    private final String url;

    private ChainProcess(Process process, String url) {
        this.process = process;
        this.url = url;
    }

    /** The program, if the contracts' tools are installed. */
    static Optional<Path> program(Path root) throws IOException {
        Path packages = root.resolve("contracts").resolve("node_modules").resolve("@foundry-rs");
        if (!Files.isDirectory(packages)) {
            return Optional.empty();
        }
        try (Stream<Path> folders = Files.list(packages)) {
            return folders.filter(folder -> folder.getFileName().toString().startsWith("anvil-"))
                    .map(folder -> folder.resolve("bin").resolve("anvil"))
                    .filter(Files::isExecutable)
                    .findFirst();
        }
    }

    static ChainProcess start(Path program) throws IOException, InterruptedException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Process process = new ProcessBuilder(
                        program.toString(), "--host", "127.0.0.1", "--port", Integer.toString(port), "--silent")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        ChainProcess chain = new ChainProcess(process, "http://127.0.0.1:" + port);
        chain.await();
        chain.call("anvil_setCode", "\"" + CONTRACT + "\",\"" + CODE + "\"");
        chain.call("anvil_mine", "\"0x1\"");
        return chain;
    }

    private void await() throws InterruptedException, IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (true) {
            try {
                call("eth_chainId", "");
                return;
            } catch (IOException e) {
                if (!process.isAlive() || System.nanoTime() > end) {
                    throw e;
                }
                TimeUnit.MILLISECONDS.sleep(20);
            }
        }
    }

    String url() {
        return url;
    }

    /** One request on a connection that is kept. */
    String call(String method, String params) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(url).toURL().openConnection();
        connection.setDoOutput(true);
        connection.setRequestProperty("Content-Type", "application/json");
        try (OutputStream out = connection.getOutputStream()) {
            out.write(("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + method + "\",\"params\":[" + params + "]}")
                    .getBytes(StandardCharsets.UTF_8));
        }
        return new String(connection.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        process.destroy();
    }
}
