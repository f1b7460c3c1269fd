package dev.keywarden.app.admin;

import dev.keywarden.rpc.PeerConnection;

/** Who showed credentials with the request that a connection is at. One request of a connection is handled at a time. */
final class Administrator {
    private volatile String name = "nobody";

    /** @param name as records write it: {@code token}, {@code user NAME}, or {@code nobody} where none are needed */
    static void admit(PeerConnection peer, String name) {
        of(peer).name = name;
    }

    static String name(PeerConnection peer) {
        return of(peer).name;
    }

    private static Administrator of(PeerConnection peer) {
        return peer.remember(Administrator.class, Administrator::new);
    }
}
