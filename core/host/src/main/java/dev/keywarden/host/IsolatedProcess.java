package dev.keywarden.host;

import dev.keywarden.spi.PluginException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Starts the process of an isolated authorizer and lets it connect, and nobody else. */
final class IsolatedProcess implements AutoCloseable {
    /** Longest message that is taken from the process: an answer with its evidence. */
    static final int MAX_PAYLOAD_BYTES = 1 << 20;

    private static final Duration CONNECT = Duration.ofSeconds(20);
    private static final int SECRET_BYTES = 32;
    private static final int SHOWN_LINES = 100;
    private static final int SHOWN_CHARS = 500;

    private final String id;
    private final Process process;
    private final FrameChannel channel;

    private IsolatedProcess(String id, Process process, FrameChannel channel) {
        this.id = id;
        this.process = process;
        this.channel = channel;
    }

    FrameChannel channel() {
        return channel;
    }

    /**
     * Starts one.
     *
     * @param id the plugin's, for messages
     * @param random for the secret by which the node knows it
     * @throws PluginException if it does not come up
     */
    static IsolatedProcess start(String id, Isolation isolation, SecureRandom random) {
        try {
            Path folder = Files.createTempDirectory(
                    "keywarden-", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Path socket = folder.resolve("s");
            try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                server.bind(UnixDomainSocketAddress.of(socket));
                letIn(isolation, folder, socket);
                return connect(id, isolation, server, socket, secret(random));
            } finally {
                Files.deleteIfExists(socket);
                Files.deleteIfExists(folder);
            }
        } catch (IOException e) {
            throw new PluginException(
                    PluginException.Kind.UNAVAILABLE, "its process can't be started: " + e.getMessage(), e);
        }
    }

    /** Another user needs a way to the socket; the secret keeps others out. */
    private static void letIn(Isolation isolation, Path folder, Path socket) throws IOException {
        if (isolation.user() != null) {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw-rw-"));
        }
    }

    private static String secret(SecureRandom random) {
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        return HexFormat.of().formatHex(secret);
    }

    private static IsolatedProcess connect(
            String id, Isolation isolation, ServerSocketChannel server, Path socket, String secret) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command(isolation, socket));
        // Nothing of this process's environment: it may hold the tokens of administrators.
        builder.environment().clear();
        builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
        Process process = builder.start();
        showErrors(id, process);
        try {
            try (OutputStream in = process.getOutputStream()) {
                in.write((secret + "\n").getBytes(StandardCharsets.US_ASCII));
            }
            closeUnlessConnected(process, server);
            SocketChannel connection = server.accept();
            FrameChannel channel = new FrameChannel(connection, MAX_PAYLOAD_BYTES, "isolated-" + id);
            IsolatedProcess started = new IsolatedProcess(id, process, channel);
            if (!shown(channel.read(), secret)) {
                started.close();
                throw new IOException("somebody else connected in its place");
            }
            return started;
        } catch (IOException e) {
            process.destroyForcibly();
            throw new IOException("it did not connect; what it printed is in the log", e);
        }
    }

    /** Ends the wait for a connection when the process ends, or takes too long. */
    private static void closeUnlessConnected(Process process, ServerSocketChannel server) {
        Thread.ofPlatform().daemon().name("isolated-start").start(() -> {
            try (server) {
                boolean ended = process.waitFor(CONNECT.toMillis(), TimeUnit.MILLISECONDS);
                if (!ended && server.isOpen()) {
                    process.destroyForcibly();
                }
            } catch (IOException | InterruptedException e) {
                process.destroyForcibly();
            }
        });
    }

    private static boolean shown(Frame frame, String secret) {
        String text = SpiReader.read(frame.payload(), SpiReader::text);
        return MessageDigest.isEqual(
                text.getBytes(StandardCharsets.US_ASCII), secret.getBytes(StandardCharsets.US_ASCII));
    }

    private static List<String> command(Isolation isolation, Path socket) {
        List<String> command = new ArrayList<>();
        if (!isolation.network()) {
            // A network namespace of its own has no way out; without privileges it takes a user namespace too.
            command.addAll(
                    "root".equals(System.getProperty("user.name"))
                            ? List.of("unshare", "--net", "--")
                            : List.of("unshare", "--map-current-user", "--net", "--"));
        }
        String user = isolation.user();
        if (user != null) {
            command.addAll(
                    List.of("setpriv", "--reuid=" + user, "--regid=" + user, "--clear-groups", "--no-new-privs"));
        }
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(
                "-Xmx" + isolation.memoryMegabytes() + "m",
                "-XX:+UseSerialGC",
                "-XX:MaxMetaspaceSize=96m",
                "-XX:ReservedCodeCacheSize=48m",
                "-XX:MaxDirectMemorySize=" + isolation.memoryMegabytes() + "m",
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:-UsePerfData",
                "-XX:+DisableAttachMechanism",
                "-Xshare:auto",
                "-cp",
                System.getProperty("java.class.path"),
                IsolatedMain.class.getName(),
                socket.toString()));
        return command;
    }

    /** What the process prints goes to the log, as much of it as a person would read. */
    private static void showErrors(String id, Process process) {
        System.Logger log = System.getLogger("dev.keywarden.plugin." + id);
        Thread.ofPlatform().daemon().name("isolated-" + id + "-errors").start(() -> {
            try (BufferedReader reader = process.errorReader(StandardCharsets.UTF_8)) {
                int shown = 0;
                char[] text = new char[SHOWN_CHARS];
                for (int length = reader.read(text); length >= 0; length = reader.read(text)) {
                    if (shown++ < SHOWN_LINES) {
                        log.log(System.Logger.Level.WARNING, "its process printed: {0}", line(text, length));
                    }
                }
            } catch (IOException e) {
                log.log(System.Logger.Level.DEBUG, "the output of its process has ended", e);
            }
        });
    }

    private static String line(char[] text, int length) {
        return new String(text, 0, length).strip().replaceAll("\\p{Cntrl}+", " | ");
    }

    /** Waits for the end of the process, after its connection has ended. */
    String ending() {
        try {
            if (!process.waitFor(1, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return subject() + " was killed";
            }
            return subject() + " ended with exit code " + process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
            return subject() + " was killed";
        }
    }

    /** What sentences about it begin with. */
    String subject() {
        return "the process of " + id;
    }

    /** At once, whatever it is at. */
    void kill() {
        process.destroyForcibly();
    }

    /** Tells it to end, and kills it if it does not within a second. */
    @Override
    public void close() {
        channel.offer(new Frame(Frame.Type.CLOSE, 0, new byte[0]));
        ending();
        channel.close();
    }
}
