package dev.keywarden.host.planted;

import java.net.Socket;

/** Breaks a rule on purpose: sockets outside server, rpc and plugins. */
final class HostOpensSockets {
    Class<?> known = Socket.class;
}
