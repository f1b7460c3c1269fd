package dev.keywarden.app.admin;

import dev.keywarden.host.GenerationReport;
import dev.keywarden.host.PluginGenerations;
import java.util.List;

/** What administrators may do with the plugins of a running node. */
public interface PluginAdministration {
    /** Reads configuration and plugin folder again. */
    GenerationReport reload();

    /** Returns to the generation before the current one. */
    GenerationReport rollback();

    /** Number of the generation that decides. */
    long generation();

    /** How many generations are loaded. */
    int open();

    /** The last attempts to change the plugins, the newest first. */
    List<GenerationReport> reports();

    /** The plugins that decide now, to be let go of soon. */
    PluginGenerations.Lease plugins();
}
