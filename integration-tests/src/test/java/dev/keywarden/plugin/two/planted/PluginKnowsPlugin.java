package dev.keywarden.plugin.two.planted;

import dev.keywarden.plugin.three.planted.Other;

/** Breaks a rule on purpose: a plugin knows another. */
final class PluginKnowsPlugin {
    Class<?> known = Other.class;
}
