package dev.keywarden.plugin.rego.bundle;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywarden.plugin.rego.engine.PolicyException;
import dev.keywarden.plugin.rego.engine.PolicyException.Code;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Refuses to go back: a bundle whose revision is lower than that of one which decided already was true once, and may hold
 * what was taken away since. Where signatures are required this outlives a restart.
 */
public final class HighestRevision {
    private static final String NAME = "highest-revision";
    private static final int MAX_BYTES = 1024;

    private final @Nullable Supplier<Path> folder;
    private final System.Logger logger;
    private @Nullable String highest;

    /**
     * Begins with what was remembered.
     *
     * @param folder where to remember it, or null to forget it at the end of the process
     */
    public HighestRevision(@Nullable Supplier<Path> folder, System.Logger logger) {
        this.folder = folder;
        this.logger = logger;
    }

    /**
     * Checks a revision.
     *
     * @throws PolicyException if it is lower than the highest, or has no order where that one has
     */
    public void check(String revision) throws PolicyException {
        String known = highest();
        if (known.isEmpty() || revision.equals(known)) {
            return;
        }
        boolean lower = Revisions.isLower(revision, known).orElse(folder != null && Revisions.isOrdered(known));
        if (lower) {
            throw new PolicyException(
                    Code.BUNDLE_ROLLED_BACK,
                    "has the revision \"" + revision + "\", and \"" + known
                            + "\" decided already; give it a higher one");
        }
    }

    /** Remembers a revision that decides now. */
    public void accept(String revision) {
        if (!revision.equals(highest()) && Revisions.isOrdered(revision)) {
            highest = revision;
            remember(revision);
        }
    }

    private String highest() {
        String known = highest;
        if (known == null) {
            known = load();
            highest = known;
        }
        return known;
    }

    private String load() {
        if (folder == null) {
            return "";
        }
        Path file = folder.get().resolve(NAME);
        try {
            return Files.isRegularFile(file) && Files.size(file) < MAX_BYTES ? Files.readString(file) : "";
        } catch (IOException e) {
            logger.log(System.Logger.Level.WARNING, "The highest revision in " + file + " can't be read", e);
            return "";
        }
    }

    private void remember(String revision) {
        if (folder != null) {
            try {
                BundleStore.write(folder.get().resolve(NAME), ByteBuffer.wrap(revision.getBytes(UTF_8)));
            } catch (IOException e) {
                logger.log(System.Logger.Level.WARNING, "The revision " + revision + " can't be remembered", e);
            }
        }
    }
}
