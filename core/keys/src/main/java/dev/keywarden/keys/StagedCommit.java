package dev.keywarden.keys;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Puts a set of files into a directory so that a crash at any point leaves all of them or none.
 *
 * <p>Two root keys can't be renamed at once; this way they need not be:
 *
 * <ol>
 *   <li>The files are written and flushed in a directory {@code .staging}. Whatever happens until here, the next start throws
 *       the staging away.
 *   <li>{@code .staging} is renamed to {@code .commit}. This is the moment of decision: from here on the next start finishes
 *       the work.
 *   <li>The files are copied into place, the root keys after what could be made again, the published record after the keys it
 *       names. They are copied and not renamed, because no file system promises that the two directories of a rename reach
 *       the disk together.
 *   <li>Once the directory is flushed, {@code .commit} is renamed back and thrown away: a {@code .commit} is always whole.
 * </ol>
 */
final class StagedCommit {
    static final String STAGING = ".staging";
    static final String COMMIT = ".commit";

    private static final List<String> ROOT_KEYS = List.of(KeyFileNames.ROOT_CA_KEY, KeyFileNames.ROOT_K256_KEY);

    private final KeyFolder folder;
    private final KeyFiles files;

    StagedCommit(KeyFolder folder) {
        this.folder = folder;
        this.files = folder.files();
    }

    /** Whether a set of files is decided on and not in place yet. */
    boolean pending() throws IOException {
        return folder.exists(COMMIT);
    }

    /**
     * Finishes or throws away what a crash left. Safe to repeat, also after a crash of its own.
     *
     * @throws KeyException if what waits would overwrite a root key; nothing has been touched then
     */
    void recover() throws IOException {
        if (folder.exists(STAGING)) {
            deleteStaging();
        }
        if (pending()) {
            finish();
        }
        folder.deleteTemporaries();
    }

    /**
     * Stores the files, replacing others of their names.
     *
     * @param contents by file name; stay the caller's
     */
    void store(Map<String, KeyMaterial> contents) throws IOException {
        Path staging = folder.path(STAGING);
        try {
            files.createDirectory(staging);
            for (Map.Entry<String, KeyMaterial> entry : contents.entrySet()) {
                int mode = KeyFileNames.modeOf(entry.getKey());
                KeyFolder.create(files, staging.resolve(entry.getKey()), entry.getValue(), mode);
            }
            files.forceDirectory(staging);
            files.rename(staging, folder.path(COMMIT));
        } catch (IOException e) {
            throw undecided(e);
        }
        folder.force();
        finish();
    }

    /** A full disk, for example: key bytes should not stay behind, but saying what happened comes first. */
    private IOException undecided(IOException failure) {
        try {
            if (folder.exists(STAGING)) {
                deleteStaging();
            }
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
        return failure;
    }

    private void finish() throws IOException {
        Path commit = folder.path(COMMIT);
        Set<String> staged = files.list(commit);
        requireNoOtherRootKeys(staged);
        if (!staged.contains(KeyFileNames.BOOTSTRAP_INFO) && folder.exists(KeyFileNames.BOOTSTRAP_INFO)) {
            // A record of keys that were here before.
            files.delete(folder.path(KeyFileNames.BOOTSTRAP_INFO));
        }
        for (String name : KeyFileNames.COMMIT_ORDER) {
            if (staged.contains(name)) {
                try (KeyMaterial content = staged(name)) {
                    folder.replaceLater(name, content);
                }
            }
        }
        folder.force();
        files.rename(commit, folder.path(STAGING));
        folder.force();
        deleteStaging();
    }

    private KeyMaterial staged(String name) throws IOException {
        return KeyMaterial.owning(files.read(folder.path(COMMIT).resolve(name)));
    }

    /** Not even one that a backup put here in the meantime is overwritten. */
    private void requireNoOtherRootKeys(Set<String> staged) throws IOException {
        for (String name : ROOT_KEYS) {
            if (!staged.contains(name) || !folder.exists(name)) {
                continue;
            }
            try (KeyMaterial waiting = staged(name);
                    KeyMaterial there = folder.read(name)) {
                if (!waiting.sameAs(there)) {
                    throw new KeyException(
                            folder.path(name) + ": there is a root key already, and another one waits in "
                                    + folder.path(COMMIT)
                                    + ". Keep the one that your apps' disks were encrypted with, and move the"
                                    + " other (that file, or that whole directory) away");
                }
            }
        }
    }

    private void deleteStaging() throws IOException {
        Path staging = folder.path(STAGING);
        for (String name : files.list(staging)) {
            files.delete(staging.resolve(name));
        }
        files.delete(staging);
        folder.force();
    }
}
