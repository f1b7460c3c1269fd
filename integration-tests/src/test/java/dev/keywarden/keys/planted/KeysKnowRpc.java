package dev.keywarden.keys.planted;

import dev.keywarden.rpc.RpcException;

/** Breaks a rule on purpose: keys know more than the SPI. */
final class KeysKnowRpc {
    Class<?> known = RpcException.class;
}
