package dev.keywarden.app.cli;

import dev.keywarden.app.authoring.PluginTemplate;
import dev.keywarden.app.node.Distribution;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keywarden plugins new}. */
@Command(
        name = "new",
        description = {
            "Makes a Maven project of an authorizer that decides by a list of apps, with the test kit's tests.",
            "`mvn verify` in it builds and tests the archive. Interface and test kit come from the folder repository of"
                    + " this distribution."
        },
        footer = {"", "Example:", "  keywarden plugins new hello --package com.acme.hello"})
final class PluginsNewCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "NAME", description = "The plugin's id: lower-case letters, digits and hyphens.")
    @SuppressWarnings("NullAway.Init") // required
    private String name;

    @Option(names = "--dir", paramLabel = "DIR", description = "Where the project goes; default: a folder NAME.")
    private @Nullable Path dir;

    @Option(names = "--package", paramLabel = "PACKAGE", description = "Of its classes; default: com.example.NAME.")
    private @Nullable String packageName;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli makes it
    private JsonOption json;

    PluginsNewCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        Path folder = dir == null ? Path.of(name) : dir;
        Distribution distribution = Distribution.current();
        PluginTemplate template = new PluginTemplate(distribution.pluginTemplate(), distribution.repository());
        try {
            template.create(folder, name, packageName == null ? "com.example." + name.replace("-", "_") : packageName);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw new CommandFailure(folder + ": the project can't be written (" + e + ")", e);
        }
        if (json.wanted()) {
            Map<String, String> line = new LinkedHashMap<>();
            line.put("folder", folder.toString());
            line.put("id", name);
            console.json(line);
        } else {
            console.say("made " + folder + ": an authorizer that decides by a list of apps, and its tests");
            console.say("Build and test it:  mvn -f " + folder.resolve("pom.xml") + " verify");
        }
        return 0;
    }
}
