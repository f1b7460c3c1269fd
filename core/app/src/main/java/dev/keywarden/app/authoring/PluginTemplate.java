package dev.keywarden.app.authoring;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The Maven project that a plugin begins with: the example plugin of the source tree under another name.
 *
 * @param root the distribution's copy of it
 * @param repository the distribution's Maven repository, which has the plugin interface and the test kit
 */
public record PluginTemplate(Path root, Path repository) {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");
    private static final Pattern PACKAGE = Pattern.compile("[a-z][a-z0-9_]*(\\.[a-z][a-z0-9_]*)+");
    private static final String EXAMPLE_PACKAGE = "dev.keywarden.plugin.example";
    private static final String EXAMPLE_TYPE = "Example";
    private static final String EXAMPLE = "example";

    /**
     * Writes the project.
     *
     * @param folder must not have anything in it
     * @param name the plugin's id
     * @param packageName of its classes
     * @throws IllegalArgumentException if a name can't be used, in a sentence
     * @throws IOException if the project can't be written
     */
    public void create(Path folder, String name, String packageName) throws IOException {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "a plugin's name must be lower-case letters, digits and hyphens, and begin"
                            + " with a letter, unlike " + name);
        }
        if (!PACKAGE.matcher(packageName).matches() || packageName.startsWith("dev.keywarden.")) {
            throw new IllegalArgumentException(
                    "--package must be a package of your own such as com.acme.keys, unlike " + packageName);
        }
        if (Files.exists(folder) && !isEmpty(folder)) {
            throw new IllegalArgumentException(folder + ": there is something already. Name a new folder with --dir");
        }
        for (Path source : files()) {
            String relative = root.relativize(source).toString();
            Path target = folder.resolve(
                    named(relative.replace(EXAMPLE_PACKAGE.replace('.', '/'), packageName.replace('.', '/')), name));
            Files.createDirectories(target.getParent());
            String text = Files.readString(source)
                    .replace(EXAMPLE_PACKAGE, "@package@")
                    .replace("@repository@", "@repository_url@");
            Files.writeString(
                    target,
                    named(text, name)
                            .replace("@package@", packageName)
                            .replace("@repository_url@", repository.toUri().toString())
                            .replace("@version@", version()));
        }
    }

    /** Of interface and test kit: the one that is there. */
    private String version() throws IOException {
        try (Stream<Path> versions = Files.list(repository.resolve("dev/keywarden/keywarden-spi"))) {
            return versions.map(folder -> folder.getFileName().toString())
                    .max(String::compareTo)
                    .orElseThrow(() -> new IOException(repository + " has no keywarden-spi"));
        }
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> paths = Files.walk(root)) {
            return paths.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static String named(String text, String name) {
        return text.replace(EXAMPLE_TYPE, typeName(name)).replace(EXAMPLE, name);
    }

    /** {@code my-plugin} is {@code MyPlugin}. */
    private static String typeName(String name) {
        StringBuilder type = new StringBuilder();
        for (String word : name.split("-", -1)) {
            type.append(word.substring(0, 1).toUpperCase(Locale.ROOT)).append(word.substring(1));
        }
        return type.toString();
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.findAny().isEmpty();
        }
    }
}
