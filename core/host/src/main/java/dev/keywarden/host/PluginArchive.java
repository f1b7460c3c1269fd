package dev.keywarden.host;

import java.nio.file.Path;
import java.util.Map;

/**
 * An archive whose bytes have been read once, checked, and taken apart in memory.
 *
 * @param file where it was read from; never opened again
 * @param id {@code Plugin-Id}
 * @param version {@code Plugin-Version}
 * @param requires {@code Plugin-Requires}
 * @param sha256 of the bytes, lower-case hex
 * @param signatures text of the file of signatures beside it; empty if there is none
 * @param entryPoint the class its service entry names
 * @param entries content by name; empty for a plugin that is not used
 */
record PluginArchive(
        Path file,
        String id,
        String version,
        String requires,
        String sha256,
        String signatures,
        String entryPoint,
        Map<String, byte[]> entries) {}
