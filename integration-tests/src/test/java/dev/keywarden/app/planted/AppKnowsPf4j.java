package dev.keywarden.app.planted;

import org.pf4j.PluginManager;

/** Breaks a rule on purpose: PF4J outside the host. */
final class AppKnowsPf4j {
    Class<?> known = PluginManager.class;
}
