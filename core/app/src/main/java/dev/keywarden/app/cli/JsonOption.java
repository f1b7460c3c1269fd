package dev.keywarden.app.cli;

import java.util.Map;
import picocli.CommandLine.Option;

/** Whether an answer is for a program or for a person. */
final class JsonOption {
    @Option(names = "--json", description = "One line of JSON.")
    private boolean json;

    boolean wanted() {
        return json;
    }

    /** Says the same to either. */
    void say(Console console, Map<String, ?> facts, Runnable toPeople) {
        if (json) {
            console.json(facts);
        } else {
            toPeople.run();
        }
    }
}
