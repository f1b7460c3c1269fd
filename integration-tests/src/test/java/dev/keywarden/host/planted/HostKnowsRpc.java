package dev.keywarden.host.planted;

import dev.keywarden.rpc.RpcException;

/** Breaks a rule on purpose: host knows rpc. */
final class HostKnowsRpc {
    Class<?> known = RpcException.class;
}
