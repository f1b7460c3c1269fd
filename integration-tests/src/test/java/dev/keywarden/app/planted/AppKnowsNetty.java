package dev.keywarden.app.planted;

import io.netty.buffer.ByteBuf;

/** Breaks a rule on purpose: Netty outside the server. */
final class AppKnowsNetty {
    Class<?> known = ByteBuf.class;
}
