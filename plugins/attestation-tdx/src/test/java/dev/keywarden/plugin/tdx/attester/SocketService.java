package dev.keywarden.plugin.tdx.attester;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** A service on a Unix socket that does to each connection what a test says. */
final class SocketService implements AutoCloseable {
    /** What to do with one connection, which is closed afterwards. */
    interface Behaviour {
        void serve(InputStream in, OutputStream out) throws Exception;
    }

    private final ServerSocketChannel listener;
    private final Path path;

    SocketService(Path path, Behaviour behaviour) throws IOException {
        this.path = path;
        listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listener.bind(UnixDomainSocketAddress.of(path));
        Thread.ofVirtual().start(() -> {
            while (true) {
                try (SocketChannel connection = listener.accept()) {
                    behaviour.serve(Channels.newInputStream(connection), Channels.newOutputStream(connection));
                } catch (Exception e) {
                    if (!listener.isOpen()) {
                        return;
                    }
                }
            }
        });
    }

    WireAddress address() {
        return new WireAddress.Unix(path);
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
