package dev.keywarden.plugin.rego.facts;

import dev.keywarden.plugin.rego.engine.PolicyException;
import dev.keywarden.spi.BootInfo;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One configured list, from one file or from all of a folder. */
public final class FactList {
    private final String name;
    private final FactKey key;
    private final FactFolder files;

    /**
     * A list.
     *
     * @param name as policies know it
     * @param files where it is
     */
    public FactList(String name, FactKey key, FactFolder files) {
        this.name = name;
        this.key = key;
        this.files = files;
    }

    /** As policies know it. */
    public String name() {
        return name;
    }

    /**
     * Looks up the entry of this boot info, and adds which version of the list was asked.
     *
     * @return the text of a JSON object, or null if there is no entry
     * @throws PolicyException if the list can't be used
     * @throws InterruptedException if the thread was interrupted while the list was read
     */
    public byte @Nullable [] find(BootInfo bootInfo, Map<String, String> evidence)
            throws PolicyException, InterruptedException {
        byte[] wanted = key.of(bootInfo);
        List<FactFile.Current> tables = files.current();
        byte[] found = null;
        for (FactFile.Current table : tables) {
            String at = "facts." + name + (tables.size() == 1 ? "" : "." + table.name());
            evidence.put(at + ".sha256", table.sha256());
            if (!table.problem().isEmpty()) {
                evidence.put(at + ".newer_is_broken", table.problem());
            }
            if (found == null && wanted != null) {
                found = table.table().find(wanted);
            }
        }
        return found;
    }

    /** Reads what is there, so that the log tells of a problem before the first question. */
    public void readAhead() {
        try {
            files.current();
        } catch (PolicyException e) {
            // It is in the log.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
