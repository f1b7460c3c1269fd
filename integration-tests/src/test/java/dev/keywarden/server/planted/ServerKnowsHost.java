package dev.keywarden.server.planted;

import dev.keywarden.host.PluginHost;

/** Breaks a rule on purpose: server knows host. */
final class ServerKnowsHost {
    Class<?> known = PluginHost.class;
}
