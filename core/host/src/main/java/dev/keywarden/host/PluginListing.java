package dev.keywarden.host;

import java.nio.file.Path;

/**
 * One archive of the plugin folder, for people.
 *
 * @param file the archive
 * @param id from its manifest, or empty if it can't be read
 * @param version from its manifest, or empty
 * @param requires the SPI versions it works with, or empty
 * @param sha256 lower-case hex, or empty
 * @param status what vouches for it, or what is wrong with it
 * @param sound whether it could be loaded
 */
public record PluginListing(
        Path file, String id, String version, String requires, String sha256, String status, boolean sound) {}
