package dev.keywarden.it;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/**
 * The configuration keys that the built distribution knows, read off the records that the settings are bound to: those of
 * the application, and of each plugin that it ships.
 */
final class KnownKeys implements AutoCloseable {
    private static final Path HOME = Path.of(System.getProperty("keywarden.home"));
    private static final String DEFAULTS = "dev/keywarden/app/config/defaults.toml";

    /** Defaults that are no constant of the settings record. */
    private static final Map<String, String> DEFAULT_BY_CODE =
            Map.of("core.authorization.webhook.wire", "`r1`", "core.authorization.rego.mode", "`bundle`");

    private final URLClassLoader application;
    private final List<URLClassLoader> archives = new ArrayList<>();
    private final Map<String, Object> defaults;
    private final Map<String, Key> keys = new TreeMap<>();
    private final Map<String, List<String>> settingsOfPlugins = new TreeMap<>();

    /**
     * What is known of a key.
     *
     * @param type in the words of the documentation
     * @param shownDefault as the documentation shows it
     */
    record Key(String type, String shownDefault) {}

    private KnownKeys() throws IOException, ReflectiveOperationException {
        application = loader(HOME.resolve("lib").resolve("keywarden.jar"), ClassLoader.getPlatformClassLoader());
        defaults = defaults();
        walk("", application.loadClass("dev.keywarden.app.config.KmsConfiguration"));
        walk("core.authorization.dev", application.loadClass("dev.keywarden.app.service.DevAuthorizer$Settings"));
        // A table with keys of the operator's choice, which no record can have.
        keys.put("core.plugins.pins.<id>", new Key("hex", "none"));
        try (Stream<Path> jars = Files.list(HOME.resolve("plugins"))) {
            for (Path jar : jars.sorted().toList()) {
                walkPlugin(jar);
            }
        }
    }

    static KnownKeys ofTheDistribution() {
        try {
            return new KnownKeys();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** By dotted name. */
    Map<String, Key> keys() {
        return keys;
    }

    /** Names of the settings by plugin id, without the name of the plugin's table. */
    Map<String, List<String>> settingsOfPlugins() {
        return settingsOfPlugins;
    }

    private static URLClassLoader loader(Path jar, ClassLoader parent) throws MalformedURLException {
        return new URLClassLoader(new URL[] {jar.toUri().toURL()}, parent);
    }

    @SuppressWarnings("unchecked") // TOML tables have string keys
    private Map<String, Object> defaults() throws IOException, ReflectiveOperationException {
        Class<?> toml = application.loadClass("com.fasterxml.jackson.dataformat.toml.TomlMapper");
        Method read = toml.getMethod("readValue", InputStream.class, Class.class);
        try (InputStream in = application.getResourceAsStream(DEFAULTS)) {
            return (Map<String, Object>) read.invoke(toml.getConstructor().newInstance(), in, LinkedHashMap.class);
        }
    }

    private void walkPlugin(Path jar) throws IOException, ReflectiveOperationException {
        String id;
        List<String> classes;
        try (JarFile archive = new JarFile(jar.toFile())) {
            id = archive.getManifest().getMainAttributes().getValue("Plugin-Id");
            classes = archive.stream()
                    .map(entry -> entry.getName())
                    .filter(name -> name.matches("dev/keywarden/plugin/[^$]*\\.class"))
                    .map(name -> name.replace(".class", "").replace('/', '.'))
                    .toList();
        }
        URLClassLoader loader = loader(jar, application);
        archives.add(loader);
        Class<?> plugin = loader.loadClass(ending(classes, "Plugin"));
        boolean authorizes = Arrays.stream(plugin.getDeclaredMethods())
                .anyMatch(method -> method.getName().equals("authorizers"));
        String table = (authorizes ? "core.authorization." : "core.attestation.") + id;
        walk(table, loader.loadClass(ending(classes, "Settings")));
        settingsOfPlugins.put(
                id,
                keys.keySet().stream()
                        .filter(key -> key.startsWith(table + "."))
                        .map(key -> key.substring(table.length() + 1))
                        .toList());
    }

    private static String ending(List<String> classes, String suffix) {
        List<String> found =
                classes.stream().filter(name -> name.endsWith(suffix)).toList();
        if (found.size() != 1) {
            throw new IllegalStateException("a plugin has one class *" + suffix + ", not " + found);
        }
        return found.getFirst();
    }

    private void walk(String table, Class<?> record) throws ReflectiveOperationException {
        for (RecordComponent component : record.getRecordComponents()) {
            String key = (table.isEmpty() ? "" : table + ".") + snakeCase(component.getName());
            if (component.getType().isRecord()) {
                walk(key, component.getType());
            } else if (valueOfTable(component.getGenericType()) != null) {
                walk(key + ".<id>", valueOfTable(component.getGenericType()));
            } else {
                keys.put(key, new Key(words(component.getGenericType()), shownDefault(key, record, component)));
            }
        }
    }

    /** What stands under each key of a table whose keys the operator chooses, or null. */
    private static Class<?> valueOfTable(Type type) {
        return type instanceof ParameterizedType table && table.getRawType() == Map.class
                ? (Class<?>) table.getActualTypeArguments()[1]
                : null;
    }

    private static String words(Type type) {
        if (type instanceof ParameterizedType list) {
            return list.getActualTypeArguments()[0] == Path.class ? "list of paths" : "list of text";
        }
        Class<?> plain = (Class<?>) type;
        if (plain.isEnum()) {
            return "text";
        }
        return switch (plain.getSimpleName()) {
            case "String" -> "text";
            case "Path" -> "path";
            case "int", "Integer", "long", "Long" -> "whole number";
            case "boolean", "Boolean" -> "true or false";
            case "Duration" -> "duration";
            case "Bytes" -> "hex";
            default -> throw new IllegalStateException("no word for " + type);
        };
    }

    private String shownDefault(String key, Class<?> record, RecordComponent component)
            throws ReflectiveOperationException {
        Object value = inFile(key);
        if (value == null) {
            // Where the reference has the table.
            value = inFile(key.replace("core.authorization.", "core.auth_api."));
        }
        if (value == null) {
            value = constant(record, "DEFAULT_" + snakeCase(component.getName()).toUpperCase(Locale.ROOT));
        }
        if (value != null) {
            return shown(value);
        }
        if (DEFAULT_BY_CODE.containsKey(key)) {
            return DEFAULT_BY_CODE.get(key);
        }
        boolean nullable = Arrays.stream(component.getAnnotatedType().getAnnotations())
                .anyMatch(annotation ->
                        annotation.annotationType().getSimpleName().equals("Nullable"));
        return nullable ? "none" : "required";
    }

    private static String shown(Object value) {
        if (value instanceof Duration duration) {
            return "`" + (duration.toMillis() % 1000 == 0 ? duration.toSeconds() + "s" : duration.toMillis() + "ms")
                    + "`";
        }
        String text = value instanceof List<?> list && list.isEmpty() ? "" : String.valueOf(value);
        return text.isEmpty() ? "empty" : "`" + text + "`";
    }

    private Object inFile(String key) {
        Object at = defaults;
        for (String part : key.split("\\.", -1)) {
            at = at instanceof Map<?, ?> table ? table.get(part) : null;
        }
        return at;
    }

    private static Object constant(Class<?> record, String name) throws ReflectiveOperationException {
        for (Field field : record.getDeclaredFields()) {
            if (field.getName().equals(name)) {
                field.setAccessible(true);
                return field.get(null);
            }
        }
        return null;
    }

    private static String snakeCase(String name) {
        return name.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    }

    @Override
    public void close() throws IOException {
        for (URLClassLoader archive : archives) {
            archive.close();
        }
        application.close();
    }
}
