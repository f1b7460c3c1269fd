package dev.keywarden.plugin.one.planted;

import dev.keywarden.host.PluginHost;

/** Breaks a rule on purpose: a plugin knows the host. */
final class PluginKnowsHost {
    Class<?> known = PluginHost.class;
}
