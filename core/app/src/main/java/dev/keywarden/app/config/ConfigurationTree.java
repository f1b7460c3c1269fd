package dev.keywarden.app.config;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The merged files, not yet checked.
 *
 * @param tree nested tables by key
 * @param files which files took part besides the built-in defaults, in order
 */
public record ConfigurationTree(Map<String, Object> tree, List<Path> files) {

    public ConfigurationTree {
        files = List.copyOf(files);
    }

    /**
     * Takes a nested table out of the tree.
     *
     * @param path dotted, for example {@code core.attestation}
     * @return the table itself, not a copy; an empty new one that is not part of the tree if there is none
     * @throws ConfigurationException if something else than a table stands there
     */
    @SuppressWarnings("unchecked") // the parsers make tables with string keys only
    public Map<String, Object> table(String path) {
        Map<String, Object> at = tree;
        String reached = "";
        for (String key : path.split("\\.", -1)) {
            reached += reached.isEmpty() ? key : "." + key;
            Object next = at.get(key);
            if (next == null) {
                return new LinkedHashMap<>();
            }
            if (!(next instanceof Map<?, ?>)) {
                throw new ConfigurationException(reached + " must be a table");
            }
            at = (Map<String, Object>) next;
        }
        return at;
    }
}
