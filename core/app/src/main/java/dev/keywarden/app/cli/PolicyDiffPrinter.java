package dev.keywarden.app.cli;

import dev.keywarden.app.policy.PolicyDiff;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Shows what would be decided otherwise. */
record PolicyDiffPrinter(Console console, boolean json) {
    /**
     * @param before heading of what was
     * @param after heading of what would be
     */
    void show(PolicyDiff diff, String before, String after) {
        if (json) {
            console.json(facts(diff));
            return;
        }
        table(diff, before, after);
        long differing =
                diff.changes().stream().mapToLong(PolicyDiff.Change::count).sum();
        console.say(differing + " of " + diff.questions() + " decisions would differ");
    }

    /** The differences alone. */
    void table(PolicyDiff diff, String before, String after) {
        if (!diff.changes().isEmpty()) {
            console.table(
                    List.of("RECORDS", "SUBJECT", before, after),
                    diff.changes().stream()
                            .map(change -> List.of(
                                    Long.toString(change.count()),
                                    change.kind().subject(),
                                    change.kind().before(),
                                    change.kind().after()))
                            .toList());
        }
    }

    /** For machines. */
    static Map<String, Object> facts(PolicyDiff diff) {
        List<Map<String, Object>> changes = new ArrayList<>();
        for (PolicyDiff.Change change : diff.changes()) {
            Map<String, Object> facts = new LinkedHashMap<>();
            facts.put("records", change.count());
            facts.put("subject", change.kind().subject());
            facts.put("old", change.kind().before());
            facts.put("new", change.kind().after());
            facts.put("verdict_changes", change.kind().verdict());
            changes.add(facts);
        }
        return Map.of("questions", diff.questions(), "changes", changes);
    }
}
