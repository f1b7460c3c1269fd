package dev.keywarden.plugin.tdx.attester;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a service of the guest or its host listens, as the reference writes it (wire protocol, section 11): {@code
 * unix:/path}, {@code vsock://cid:port} or {@code http://host:port}.
 */
sealed interface WireAddress {
    Pattern VSOCK = Pattern.compile("vsock://([0-9]{1,10}):([0-9]{1,10})");
    Pattern TCP = Pattern.compile("http://(\\[[0-9a-fA-F:.]+]|[A-Za-z0-9._-]+):([0-9]{1,5})/?");

    /**
     * Reads an address.
     *
     * @throws IllegalArgumentException naming the forms there are
     */
    static WireAddress parse(String text) {
        if (text.startsWith("unix:")) {
            return new Unix(Path.of(text.substring("unix:".length())));
        }
        Matcher vsock = VSOCK.matcher(text);
        if (vsock.matches()) {
            return new Vsock(Long.parseLong(vsock.group(1)), Long.parseLong(vsock.group(2)));
        }
        Matcher tcp = TCP.matcher(text);
        if (tcp.matches() && Integer.parseInt(tcp.group(2)) <= 65_535) {
            String host = tcp.group(1);
            boolean literal = host.startsWith("[");
            return new Tcp(literal ? host.substring(1, host.length() - 1) : host, Integer.parseInt(tcp.group(2)));
        }
        throw new IllegalArgumentException("must be unix:/path, vsock://cid:port or http://host:port, not "
                + (text.length() > 64 ? text.substring(0, 64) + "..." : text));
    }

    /** Why nothing can listen there, if that shows without connecting. */
    Optional<String> absence();

    /** Connects; {@code calls} is asked only where the JDK has no such sockets. */
    Wire connect(Supplier<LinuxCalls> calls) throws IOException;

    /** A path in the file system. */
    record Unix(Path path) implements WireAddress {
        @Override
        public Optional<String> absence() {
            return Files.exists(path) ? Optional.empty() : Optional.of("there is no socket " + path);
        }

        @Override
        public Wire connect(Supplier<LinuxCalls> calls) throws IOException {
            return ChannelWire.to(SocketChannel.open(StandardProtocolFamily.UNIX), UnixDomainSocketAddress.of(path));
        }

        @Override
        public String toString() {
            return "unix:" + path;
        }
    }

    /** A port of another virtual machine or the host. */
    record Vsock(long cid, long port) implements WireAddress {
        @Override
        public Optional<String> absence() {
            return Files.exists(Path.of("/dev/vsock")) ? Optional.empty() : Optional.of("there is no /dev/vsock");
        }

        @Override
        public Wire connect(Supplier<LinuxCalls> calls) throws IOException {
            return VsockWire.connect(calls.get(), cid, port);
        }

        @Override
        public String toString() {
            return "vsock://" + cid + ":" + port;
        }
    }

    /** A TCP port. */
    record Tcp(String host, int port) implements WireAddress {
        @Override
        public Optional<String> absence() {
            return Optional.empty();
        }

        @Override
        public Wire connect(Supplier<LinuxCalls> calls) throws IOException {
            return ChannelWire.to(SocketChannel.open(), new InetSocketAddress(host, port));
        }

        @Override
        public String toString() {
            return "http://" + host + ":" + port;
        }
    }

    /** A channel of the JDK; interrupting a thread that waits on it closes it. */
    record ChannelWire(SocketChannel channel) implements Wire {
        static Wire to(SocketChannel channel, SocketAddress address) throws IOException {
            try {
                channel.connect(address);
                return new ChannelWire(channel);
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        }

        @Override
        public java.io.InputStream in() {
            return java.nio.channels.Channels.newInputStream(channel);
        }

        @Override
        public java.io.OutputStream out() {
            return java.nio.channels.Channels.newOutputStream(channel);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
