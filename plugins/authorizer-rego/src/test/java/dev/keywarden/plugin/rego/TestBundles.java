package dev.keywarden.plugin.rego;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** The bundles beside the tests, which {@code opa build} made of {@code src/test/policies}. */
public final class TestBundles {
    private TestBundles() {}

    /** The bytes of a bundle. */
    public static byte[] bytes(String name) {
        try (InputStream in =
                Objects.requireNonNull(TestBundles.class.getResourceAsStream("/bundles/" + name + ".tar.gz"), name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Puts a bundle into place at once, as a person should. */
    static Path put(String name, Path target) {
        return put(bytes(name), target);
    }

    static Path put(byte[] bundle, Path target) {
        try {
            Path next = Files.createTempFile(target.toAbsolutePath().getParent(), "next", "");
            Files.write(next, bundle);
            return Files.move(
                    next,
                    target,
                    java.nio.file.StandardCopyOption.ATOMIC_MOVE,
                    java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
