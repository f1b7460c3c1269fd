package dev.keywarden.host;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywarden.spi.KeywardenPlugin;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;

/** Writes plugin archives, sound ones and others, from classes of these tests. */
final class PluginJar {
    static final String SERVICE = "META-INF/services/" + KeywardenPlugin.class.getName();

    private final Map<String, byte[]> entries = new LinkedHashMap<>();
    private final Map<String, String> manifest = new LinkedHashMap<>();

    private PluginJar() {
        manifest.put("Manifest-Version", "1.0");
    }

    /** A sound plugin whose entry point is the given class. */
    static PluginJar of(String id, Class<?> entryPoint) {
        PluginJar jar = new PluginJar()
                .manifest("Plugin-Id", id)
                .manifest("Plugin-Version", "1.2.3")
                .manifest("Plugin-Requires", ">=1.0.0 & <2.0.0")
                .entry(SERVICE, entryPoint.getName())
                .withClass(entryPoint);
        List.of(entryPoint.getDeclaredClasses()).forEach(jar::withClass);
        return jar;
    }

    /** Sets a manifest attribute, or takes it away. */
    PluginJar manifest(String name, @Nullable String value) {
        if (value == null) {
            manifest.remove(name);
        } else {
            manifest.put(name, value);
        }
        return this;
    }

    PluginJar entry(String name, String content) {
        return entry(name, content.getBytes(UTF_8));
    }

    PluginJar entry(String name, byte[] content) {
        entries.put(name, content);
        return this;
    }

    PluginJar without(String name) {
        entries.remove(name);
        return this;
    }

    PluginJar withClass(Class<?> type) {
        return entry(entryName(type), classBytes(type));
    }

    static String entryName(Class<?> type) {
        return type.getName().replace('.', '/') + ".class";
    }

    private static byte[] classBytes(Class<?> type) {
        try (InputStream in = PluginJar.class.getResourceAsStream("/" + entryName(type))) {
            return Objects.requireNonNull(in, type.getName()).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    byte[] toBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            if (!manifest.isEmpty()) {
                StringBuilder text = new StringBuilder();
                manifest.forEach((name, value) ->
                        text.append(name).append(": ").append(value).append("\r\n"));
                write(zip, "META-INF/MANIFEST.MF", text.toString().getBytes(UTF_8));
            }
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                write(zip, entry.getKey(), entry.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** An archive without any manifest. */
    PluginJar withoutManifest() {
        manifest.clear();
        return this;
    }

    String sha256() {
        return ArchiveReader.sha256(toBytes());
    }

    Path writeTo(Path directory, String name) {
        try {
            return Files.write(directory.resolve(name), toBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(ZipOutputStream zip, String name, byte[] content) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        entry.setTime(0);
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }
}
