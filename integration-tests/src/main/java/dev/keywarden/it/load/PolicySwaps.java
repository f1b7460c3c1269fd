package dev.keywarden.it.load;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.keywarden.spi.AuthorizationRequest;
import dev.keywarden.spi.Authorizer;
import dev.keywarden.spi.Decision;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** What a swap of the bundle costs who asks meanwhile, and what it leaves behind. */
final class PolicySwaps {
    private static final int ENTRIES = 10_000;
    private static final int SWAPS = 100;
    private static final int WARM_UP = 20_000;
    private static final Duration BETWEEN_QUESTIONS = Duration.ofMillis(1);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;
    private final Path bundle;
    private final AuthorizationRequest question;

    /**
     * Unpacks a bundle.
     *
     * @param original the bundle that the others are made from
     * @param folder to work in
     * @param question one that it allows
     */
    PolicySwaps(Path original, Path folder, AuthorizationRequest question) throws IOException, InterruptedException {
        this.folder = Files.createDirectories(folder);
        this.bundle = folder.resolve("swapped.tar.gz");
        this.question = question;
        tar("-xzf", original.toString(), "-C", folder.toString());
        ObjectNode data = (ObjectNode) JSON.readTree(folder.resolve("data.json").toFile());
        ObjectNode devices = ((ObjectNode) data.path("lists")).putObject("devices");
        for (int i = 0; i < ENTRIES; i++) {
            devices.putObject(String.format("%064x", i)).put("owner", "team " + i % 10);
        }
        JSON.writeValue(folder.resolve("data.json").toFile(), data);
        drop(1);
    }

    /** The bundle that is swapped, with 10,000 entries in its data. */
    Path bundle() {
        return bundle;
    }

    private void tar(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("tar"));
        command.addAll(List.of(arguments));
        int code = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        if (code != 0) {
            throw new IllegalStateException(command + " ended with " + code);
        }
    }

    /** Makes a bundle of another revision, without putting it into place. */
    private Path prepare(int revision) throws IOException, InterruptedException {
        Path manifest = folder.resolve(".manifest");
        ObjectNode text = (ObjectNode) JSON.readTree(manifest.toFile());
        JSON.writeValue(manifest.toFile(), text.put("revision", Integer.toString(revision)));
        Path next = folder.resolve("next.tar.gz");
        tar("-czf", next.toString(), "-C", folder.toString(), ".manifest", "data.json", "policy.wasm");
        return next;
    }

    private void drop(int revision) throws IOException, InterruptedException {
        Files.move(prepare(revision), bundle, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Swaps, and prints what was seen. */
    void measure(Authorizer authorizer, PrintStream out, Supplier<Long> usedBytes)
            throws IOException, InterruptedException {
        for (int i = 0; i < WARM_UP; i++) {
            ask(authorizer);
        }
        List<Double> swaps = new ArrayList<>();
        List<Double> slowest = new ArrayList<>();
        long before = usedBytes.get();
        for (int revision = 2; revision <= SWAPS + 1; revision++) {
            Path next = prepare(revision);
            long begin = System.nanoTime();
            Files.move(next, bundle, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            slowest.add(slowestUntil(authorizer, Integer.toString(revision)) / 1e6);
            swaps.add((System.nanoTime() - begin) / 1e6);
        }
        Collections.sort(swaps);
        Collections.sort(slowest);
        out.printf(
                "| swap to a bundle with 10,000 entries, until it decides: median, slowest of %d | %.0f, %.0f ms | 1000 ms |%n",
                SWAPS, swaps.get(SWAPS / 2), swaps.getLast());
        out.printf(
                "| slowest decision during a swap, one every ms: median, slowest of %d | %.1f, %.1f ms | 5 ms |%n",
                SWAPS, slowest.get(SWAPS / 2), slowest.getLast());
        out.printf(
                "| memory after %d swaps, more than before them | %.1f MiB | 0 MiB |%n",
                SWAPS, (usedBytes.get() - before) / 1024.0 / 1024.0);
    }

    /** The longest that a decision took until the revision decided, in nanoseconds. */
    private long slowestUntil(Authorizer authorizer, String revision) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        long slowest = 0;
        while (true) {
            long begin = System.nanoTime();
            boolean swapped = revision.equals(ask(authorizer).evidence().get("bundle_revision"));
            slowest = Math.max(slowest, System.nanoTime() - begin);
            if (swapped) {
                return slowest;
            }
            if (begin > deadline) {
                throw new IllegalStateException("revision " + revision + " does not decide after " + PATIENCE);
            }
            LockSupport.parkNanos(BETWEEN_QUESTIONS.toNanos());
        }
    }

    private Decision.Allow ask(Authorizer authorizer) {
        if (authorizer.authorize(question) instanceof Decision.Allow allow) {
            return allow;
        }
        throw new IllegalStateException("the policy does not allow: " + authorizer.authorize(question));
    }
}
