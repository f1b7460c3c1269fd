package dev.keywarden.host;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The code that decides, in one digest: what a relying party compares. */
public final class PluginSet {
    private PluginSet() {}

    /**
     * What a node with these settings would show, without loading anything.
     *
     * @throws PluginLoadException if an archive is not trusted or not there
     */
    public static String digest(PluginHostSettings settings) {
        Map<String, PluginArchive> archives = new LinkedHashMap<>();
        List<String> problems = new ArrayList<>();
        ArchiveReader reader = new ArchiveReader();
        TrustPolicy trust = settings.trust();
        for (Path file : PluginArchives.files(settings.pluginsDirectory())) {
            try {
                PluginArchive archive = PluginArchives.read(reader, file);
                trust.refusal(archive).ifPresent(problems::add);
                archives.put(archive.id(), archive);
            } catch (ArchiveProblem e) {
                problems.add(e.getMessage());
            }
        }
        for (String id : settings.configuredIds()) {
            if (!archives.containsKey(id)) {
                problems.add(settings.pluginsDirectory() + ": no archive has the plugin \"" + id
                        + "\" that the configuration names" + NearestName.hint(id, archives.keySet()));
            }
        }
        if (!problems.isEmpty()) {
            throw new PluginLoadException(problems);
        }
        return digest(settings, archives);
    }

    /** SHA-256 in hex over id, version and digest of each configured plugin, attestation first, in configured order. */
    static String digest(PluginHostSettings settings, Map<String, PluginArchive> archives) {
        StringBuilder set = new StringBuilder();
        for (String id : settings.configuredIds()) {
            PluginArchive archive = archives.get(id);
            if (archive != null) {
                set.append(id)
                        .append('\n')
                        .append(archive.version())
                        .append('\n')
                        .append(archive.sha256())
                        .append('\n');
            }
        }
        settings.builtIn().keySet().stream().sorted().forEach(id -> set.append(id)
                .append("\nbuilt in\n"));
        return ArchiveReader.sha256(set.toString().getBytes(StandardCharsets.UTF_8));
    }
}
