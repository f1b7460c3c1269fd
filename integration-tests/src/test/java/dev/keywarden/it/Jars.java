package dev.keywarden.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** Archives that were changed by hand. */
final class Jars {
    private Jars() {}

    /** Changes the inside of an archive. */
    interface Change {
        void make(FileSystem zip) throws IOException;
    }

    static void within(Path jar, Change change) throws IOException {
        try (FileSystem zip = FileSystems.newFileSystem(jar)) {
            change.make(zip);
        }
    }

    /** Gives an attribute of the manifest, which must be there, another value. */
    static void manifest(Path jar, String name, String value) throws IOException {
        within(jar, zip -> {
            Path manifest = zip.getPath("META-INF/MANIFEST.MF");
            String text = Files.readString(manifest);
            assertThat(text).contains(name + ": ");
            Files.writeString(manifest, text.replaceFirst(name + ": [^\r\n]*", name + ": " + value));
        });
    }

    static void copyClass(Class<?> type, FileSystem zip) throws IOException {
        String name = type.getName().replace('.', '/') + ".class";
        Path target = zip.getPath(name);
        Files.createDirectories(Objects.requireNonNull(target.getParent()));
        try (InputStream in = type.getResourceAsStream("/" + name)) {
            Files.write(target, Objects.requireNonNull(in).readAllBytes());
        }
    }
}
