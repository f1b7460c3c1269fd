package dev.keywarden.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http.HttpResponseEncoder;
import org.jspecify.annotations.Nullable;

/** Lines up the handlers of an accepted connection, or closes it if the server has enough of them. */
@SuppressWarnings("FutureReturnValueIgnored") // a write or close that fails shows as a closed channel
final class ConnectionInitializer extends ChannelInitializer<Channel> {
    private final ListenerContext listener;
    private final @Nullable TlsContexts tls;

    ConnectionInitializer(ListenerContext listener, @Nullable TlsContexts tls) {
        this.listener = listener;
        this.tls = tls;
    }

    @Override
    protected void initChannel(Channel channel) {
        ServerContext server = listener.server();
        if (!server.admit()) {
            channel.close();
            return;
        }
        channel.closeFuture().addListener(closed -> server.leave());
        if (tls != null) {
            channel.pipeline().addLast(new AlpnGate(tls, server.limits().clientHelloBytes()));
        }
        ConnectionHandler handler = new ConnectionHandler(listener, channel);
        channel.pipeline().addLast(handler.decoder(), new HttpResponseEncoder(), handler);
        handler.opened(tls != null);
    }
}
