package dev.keywarden.app.cli;

import dev.keywarden.app.node.Distribution;
import dev.keywarden.app.policy.PolicyTemplates;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keywarden policy new}. */
@Command(name = "new", description = "Makes a folder with the default policy, its library, its data and its tests.")
final class PolicyNewCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "DIR", description = "The folder; must not have anything in it.")
    @SuppressWarnings("NullAway.Init") // required
    private Path folder;

    @Option(
            names = "--example",
            paramLabel = "NAME",
            description = "Begins with an example: single_image, many_apps, staged_rollout or emergency_stop.")
    private @Nullable String example;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli makes it
    private JsonOption json;

    PolicyNewCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        new PolicyTemplates(Distribution.current().policies()).create(folder, example);
        json.say(console, Map.of("folder", folder.toString()), this::show);
        return 0;
    }

    private void show() {
        console.say("made " + folder + ": policy in keywarden/, its data in the folders beside it");
        console.say("Test it:   keywarden policy test " + folder);
        console.say("Build it:  keywarden policy build " + folder + " -o bundle.tar.gz");
    }
}
