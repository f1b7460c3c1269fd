package dev.keywarden.app.node;

import dev.keywarden.app.config.ConfigurationException;
import dev.keywarden.app.config.KmsConfiguration;
import dev.keywarden.server.ServerLimits;
import java.io.IOException;
import java.net.InetSocketAddress;

/** What listeners are told, and how their addresses are told to people. */
final class ListenerSettings {
    private ListenerSettings() {}

    /** The limits of the configuration, and the server's own where it has no key. */
    static ServerLimits limits(KmsConfiguration.Limits configured) {
        ServerLimits own = ServerLimits.defaults();
        return new ServerLimits(
                configured.maxConnections(),
                configured.maxRequestsInFlight(),
                own.queueing(),
                configured.handshakeTimeout(),
                own.firstRequest(),
                configured.headerTimeout(),
                configured.bodyTimeout(),
                own.responseWrite(),
                configured.keepAliveTimeout(),
                own.linger(),
                own.requestLineBytes(),
                configured.maxHeaderBytes(),
                configured.maxBodyBytes(),
                own.bufferedBodyBytes(),
                own.clientHelloBytes(),
                own.certificateChainBytes());
    }

    /** A URL that a person can use from this machine. */
    static String url(String scheme, String name, InetSocketAddress bound) {
        String host = name.equals("0.0.0.0") || name.equals("::") ? "127.0.0.1" : name;
        return scheme + "://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + bound.getPort();
    }

    static ConfigurationException cannotListen(String address, int port, IOException cause) {
        return new ConfigurationException("can't listen on " + address + ":" + port + " (" + cause.getMessage()
                + "). Is another node running there? Set another address or port");
    }
}
