package dev.keywarden.app.cli;

import dev.keywarden.app.node.ApplicationVersion;
import dev.keywarden.spi.SpiVersion;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code keywarden version}. */
@Command(name = "version", description = "Prints the versions of Keywarden, its plugin interface and the JVM.")
final class VersionCommand implements Callable<Integer> {
    private final Console console;

    @Option(names = "--json", description = "One line of JSON.")
    private boolean json;

    VersionCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        ApplicationVersion version = ApplicationVersion.current();
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("version", version.version());
        facts.put("revision", version.revision());
        facts.put("spi", SpiVersion.CURRENT);
        facts.put("java", Runtime.version().toString());
        if (json) {
            console.json(facts);
        } else {
            console.say("keywarden " + version.version() + " (git:" + version.revision() + ")");
            console.say("plugin interface " + SpiVersion.CURRENT + ", Java " + Runtime.version());
        }
        return 0;
    }
}
