package dev.keywarden.host;

import dev.keywarden.spi.Authorizer;
import dev.keywarden.spi.KeywardenPlugin;
import dev.keywarden.spi.PluginException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The process of an isolated authorizer: connects to the node that started it, gets the archive as the node checked it, and
 * answers. It has no key and no way to one, and ends when the connection does.
 */
public final class IsolatedMain {
    /** Longest message from the node: an archive with all that it inflates to. */
    private static final int MAX_PAYLOAD_BYTES = 512 << 20;

    private static final int ENDED_BY_ITS_NODE = 0;
    private static final int NO_NODE = 4;

    private final FrameChannel channel;
    private final Map<Long, Thread> calls = new ConcurrentHashMap<>();

    private IsolatedMain(FrameChannel channel) {
        this.channel = channel;
    }

    /**
     * Runs to the end of the connection.
     *
     * @param args the socket; the secret that the node wants to see first comes on standard input
     */
    public static void main(String[] args) {
        int code = NO_NODE;
        try (SocketChannel socket = SocketChannel.open(StandardProtocolFamily.UNIX);
                BufferedReader secret =
                        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII))) {
            String shown = String.valueOf(secret.readLine());
            socket.connect(UnixDomainSocketAddress.of(Path.of(args[0])));
            FrameChannel channel = new FrameChannel(socket, MAX_PAYLOAD_BYTES, "node");
            channel.offer(
                    new Frame(Frame.Type.START, 0, new SpiWriter().text(shown).toBytes()));
            new IsolatedMain(channel).serve();
            code = ENDED_BY_ITS_NODE;
        } catch (IOException e) {
            System.getLogger(IsolatedMain.class.getName())
                    .log(System.Logger.Level.DEBUG, "the connection to the node has ended", e);
        }
        // Not exit: what a plugin registered to run then has no say in it.
        Runtime.getRuntime().halt(code);
    }

    private void serve() throws IOException {
        Frame first = channel.read();
        @Nullable Authorizer authorizer = null;
        try {
            authorizer = SpiReader.read(first.payload(), this::open);
            send(Frame.Type.STARTED, 0, new SpiWriter());
        } catch (Throwable e) {
            // Whatever a stranger's code throws, errors included, the node is told.
            fail(0, e);
        }
        for (Frame frame = channel.read(); frame.type() != Frame.Type.CLOSE; frame = channel.read()) {
            if (authorizer != null) {
                answer(authorizer, frame);
            }
        }
        if (authorizer != null) {
            authorizer.close();
        }
    }

    private Authorizer open(SpiReader start) {
        String id = start.text();
        Path scratchRoot = Path.of(start.text());
        Map<String, Object> settings = start.settings();
        String entryPoint = start.text();
        Map<String, byte[]> entries = start.files();
        PluginArchive archive = new PluginArchive(Path.of(id), id, "", "", "", "", entryPoint, entries);
        ClassLoader loader = new ArchiveClassLoader(archive);
        Thread.currentThread().setContextClassLoader(loader);
        KeywardenPlugin plugin =
                ServiceLoader.load(KeywardenPlugin.class, loader).iterator().next();
        HostPluginContext context = new HostPluginContext(
                id,
                settings,
                "core.authorization." + id,
                scratchRoot,
                InstantSource.system(),
                new DistantMeter(channel));
        List<Authorizer> made = plugin.authorizers(new IsolatedContext(context, new DistantLogger(id, channel)));
        return made.stream()
                .filter(part -> part.name().equals(id))
                .findFirst()
                .orElseThrow(() -> new PluginException(
                        PluginException.Kind.MISCONFIGURED,
                        "the plugin " + id + " brings no authorizer that calls itself so. Tell the plugin's author"));
    }

    private void answer(Authorizer authorizer, Frame frame) {
        switch (frame.type()) {
            case AUTHORIZE ->
                begin(authorizer, frame.call(), Frame.Type.DECISION, () -> new SpiWriter()
                        .decision(authorizer.authorize(SpiReader.read(frame.payload(), SpiReader::request))));
            case AUTHORITY ->
                begin(authorizer, frame.call(), Frame.Type.AUTHORITY_INFO, () -> new SpiWriter()
                        .authority(authorizer.authorityInfo()));
            case CANCEL -> {
                Thread thread = calls.get(frame.call());
                if (thread != null) {
                    thread.interrupt();
                }
            }
            default -> throw new IllegalStateException("the node does not send " + frame.type());
        }
    }

    private void begin(Authorizer authorizer, long call, Frame.Type type, Callable<SpiWriter> body) {
        Thread thread = Thread.ofVirtual().name("call-" + call).unstarted(() -> {
            try {
                send(type, call, body.call());
            } catch (Throwable e) {
                // A stranger's errors too end with an answer.
                fail(call, e);
            } finally {
                calls.remove(call);
            }
        });
        thread.setContextClassLoader(authorizer.getClass().getClassLoader());
        calls.put(call, thread);
        thread.start();
    }

    private void fail(long call, Throwable failure) {
        PluginException told = failure instanceof PluginException own
                ? own
                : new PluginException(
                        PluginException.Kind.INTERNAL,
                        "failed with " + failure.getClass().getName());
        send(Frame.Type.FAILED, call, new SpiWriter().text(told.kind().name()).text(told.getMessage()));
    }

    private void send(Frame.Type type, long call, SpiWriter payload) {
        channel.offer(new Frame(type, call, payload.toBytes()));
    }
}
