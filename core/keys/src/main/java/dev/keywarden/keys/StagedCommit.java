package dev.keywarden.keys;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;

/**
 * Puts a set of files into a directory so that a crash at any point leaves all of them or none.
 *
 * <p>The files are first written and flushed in a directory {@code .staging}, which is then renamed to {@code .commit}. That
 * one rename is the moment of decision: before it the next start throws the staging away, after it the next start finishes
 * moving the files into place. Two root keys can't be renamed at once; this way they need not be.
 */
final class StagedCommit {
    static final String STAGING = ".staging";
    static final String COMMIT = ".commit";

    private final Path directory;
    private final KeyFiles files;

    StagedCommit(Path directory, KeyFiles files) {
        this.directory = directory;
        this.files = files;
    }

    /** Finishes or throws away what a crash left. Safe to repeat, also after a crash of its own. */
    void recover() throws IOException {
        Set<String> present = files.list(directory);
        if (present.contains(STAGING)) {
            deleteDirectory(directory.resolve(STAGING));
            files.forceDirectory(directory);
        }
        if (present.contains(COMMIT)) {
            moveIntoPlace();
        }
        for (String name : present) {
            if (name.endsWith(".tmp")) {
                files.delete(directory.resolve(name));
            }
        }
    }

    /** Stores the files; whatever stood under their names before must not exist or be replaceable. */
    void store(Map<String, byte[]> contents) throws IOException {
        Path staging = directory.resolve(STAGING);
        files.createDirectory(staging);
        for (Map.Entry<String, byte[]> entry : contents.entrySet()) {
            Path file = staging.resolve(entry.getKey());
            files.create(file, entry.getValue(), KeyFileNames.modeOf(entry.getKey()));
            files.force(file);
        }
        files.forceDirectory(staging);
        files.rename(staging, directory.resolve(COMMIT));
        files.forceDirectory(directory);
        moveIntoPlace();
    }

    private void moveIntoPlace() throws IOException {
        Path commit = directory.resolve(COMMIT);
        Set<String> staged = files.list(commit);
        for (String name : KeyFileNames.COMMIT_ORDER) {
            if (staged.contains(name)) {
                move(commit.resolve(name), directory.resolve(name));
            }
        }
        // The target first: a name lost from both places would be a key lost.
        files.forceDirectory(directory);
        files.forceDirectory(commit);
        deleteDirectory(commit);
        files.forceDirectory(directory);
    }

    /** After a crash a file may stand in both places, as the same file; another one is never overwritten. */
    private void move(Path from, Path to) throws IOException {
        boolean root = to.endsWith(KeyFileNames.ROOT_CA_KEY) || to.endsWith(KeyFileNames.ROOT_K256_KEY);
        if (root && files.exists(to)) {
            byte[] staged = files.read(from);
            byte[] there = files.read(to);
            boolean same = Arrays.equals(staged, there);
            Arrays.fill(staged, (byte) 0);
            Arrays.fill(there, (byte) 0);
            if (!same) {
                throw new KeyException(to + ": there is a root key already, and another one waits in " + from
                        + ". Keep the one that your apps' disks were encrypted with, and move the other away");
            }
        }
        files.rename(from, to);
    }

    private void deleteDirectory(Path doomed) throws IOException {
        for (String name : files.list(doomed)) {
            files.delete(doomed.resolve(name));
        }
        files.delete(doomed);
    }
}
