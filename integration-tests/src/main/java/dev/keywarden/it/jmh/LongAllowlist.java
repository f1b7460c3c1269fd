package dev.keywarden.it.jmh;

import dev.keywarden.spi.AuthorizationRequest;
import dev.keywarden.spi.Authorizer;
import dev.keywarden.spi.BootInfo;
import dev.keywarden.spi.Bytes;
import dev.keywarden.spi.Decision;
import dev.keywarden.spi.Gate;
import dev.keywarden.spi.KeywardenPlugin;
import dev.keywarden.spi.Subject;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.ServiceLoader;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The allowlist plugin as it is distributed, with a file of {@value #APPS} apps, and questions about them. */
@State(Scope.Benchmark)
public class LongAllowlist {
    static final int APPS = 1_000_000;

    private static final int QUESTIONS = 1 << 16;
    private static final Path HOME = Path.of(System.getProperty("keywarden.home"));
    private static final String ARCHIVE = "plugins/keywarden-authorizer-allowlist.jar";
    private static final String IMAGE = "0b".repeat(BootInfo.HASH_BYTES);

    private final Path folder;
    private final URLClassLoader loader;
    private final Authorizer authorizer;
    private final AuthorizationRequest[] listed = new AuthorizationRequest[QUESTIONS];
    private final AuthorizationRequest[] unlisted = new AuthorizationRequest[QUESTIONS];
    private int next;

    /** Writes the file and reads it; {@code keywarden.home} names the unpacked distribution. */
    public LongAllowlist() {
        try {
            folder = Files.createTempDirectory("keywarden-jmh-");
            write(file());
            loader = new URLClassLoader(
                    new URL[] {HOME.resolve(ARCHIVE).toUri().toURL()}, KeywardenPlugin.class.getClassLoader());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        KeywardenPlugin plugin =
                ServiceLoader.load(KeywardenPlugin.class, loader).findFirst().orElseThrow();
        authorizer = plugin.authorizers(new OneFileContext(file())).getFirst();
        Random random = new Random(1);
        for (int question = 0; question < QUESTIONS; question++) {
            listed[question] = about(random.nextInt(APPS));
            unlisted[question] = about(APPS + random.nextInt(APPS));
        }
        if (!(authorizer.authorize(listed[0]) instanceof Decision.Allow)
                || !(authorizer.authorize(unlisted[0]) instanceof Decision.Deny)) {
            throw new IllegalStateException("the list does not decide as it was written");
        }
    }

    Authorizer authorizer() {
        return authorizer;
    }

    AuthorizationRequest listed() {
        return listed[turn()];
    }

    AuthorizationRequest unlisted() {
        return unlisted[turn()];
    }

    /** Removes the file. */
    @TearDown
    public void close() throws IOException {
        authorizer.close();
        loader.close();
        Files.delete(file());
        Files.delete(folder);
    }

    private Path file() {
        return folder.resolve("allowlist.json");
    }

    private int turn() {
        next = (next + 1) & (QUESTIONS - 1);
        return next;
    }

    private static void write(Path file) throws IOException {
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            out.write("{\"osImages\":[\"0x" + IMAGE + "\"],\"apps\":{");
            for (int app = 0; app < APPS; app++) {
                out.write((app == 0 ? "" : ",") + "\"0x" + appId(app) + "\":{\"composeHashes\":[\"0x" + compose(app)
                        + "\"],\"allowAnyDevice\":true}");
            }
            out.write("}}");
        }
    }

    private static String appId(int app) {
        return "%08x".formatted(app * 0x9e3779b1).repeat(BootInfo.APP_ID_BYTES / Integer.BYTES);
    }

    private static String compose(int app) {
        return "%08x".formatted(app).repeat(BootInfo.HASH_BYTES / Integer.BYTES);
    }

    private static AuthorizationRequest about(int app) {
        BootInfo bootInfo = new BootInfo(
                "dstack-tdx",
                Bytes.fromHex("a1".repeat(BootInfo.HASH_BYTES)),
                Bytes.fromHex("a2".repeat(BootInfo.HASH_BYTES)),
                Bytes.fromHex(IMAGE),
                Bytes.fromHex(appId(app)),
                Bytes.fromHex(compose(app)),
                Bytes.fromHex("a6".repeat(BootInfo.INSTANCE_ID_BYTES)),
                Bytes.fromHex("a7".repeat(BootInfo.HASH_BYTES)),
                Bytes.EMPTY,
                "UpToDate",
                List.of());
        return new AuthorizationRequest(
                Gate.RPC, "GetAppKey", Subject.APP, bootInfo, "mock", List.of(), "r-1", Instant.EPOCH, Instant.MAX);
    }
}
