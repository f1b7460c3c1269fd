package dev.keywarden.keys;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The root keys on disk (wire protocol, section 9; design, section 8).
 *
 * <p>Layout and formats are the reference's, so that a directory can move between the two. Bootstrapped means that both root
 * keys are there and parse, and nothing else; this class is the one place that knows. Everything else can be made again from
 * them and is, by {@link #load}. An existing root key is never overwritten.
 *
 * <p>One process at a time: the directory is locked while it is open.
 */
public final class KeyDirectory implements AutoCloseable {
    private static final int OTHERS_MAY_READ = 0077;
    private static final int OTHERS_MAY_WRITE = 0022;

    private final Path directory;
    private final KeyFiles files;
    private final AutoCloseable lock;

    private KeyDirectory(Path directory, KeyFiles files, AutoCloseable lock) {
        this.directory = directory;
        this.files = files;
        this.lock = lock;
    }

    /**
     * Opens a directory, creating it (0700) if needed, and finishes or throws away what a crash left in it.
     *
     * @throws KeyException if it can't be used as it is; the message says what to do
     */
    public static KeyDirectory open(Path directory) {
        try {
            DiskFiles files = new DiskFiles();
            createWithParents(directory.toAbsolutePath(), files);
            return open(directory, files, DirectoryLock.take(directory));
        } catch (IOException e) {
            throw new KeyException(directory + ": the key directory can't be used: " + reason(e), e);
        }
    }

    /** As {@link #open(Path)} over other file operations. */
    static KeyDirectory open(Path directory, KeyFiles files, AutoCloseable lock) throws IOException {
        KeyDirectory opened = new KeyDirectory(directory, files, lock);
        try {
            opened.checkModes();
            new StagedCommit(directory, files).recover();
            return opened;
        } catch (IOException | RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    private static void createWithParents(Path directory, KeyFiles files) throws IOException {
        if (files.exists(directory)) {
            return;
        }
        Path parent = directory.getParent();
        if (parent != null) {
            createWithParents(parent, files);
        }
        files.createDirectory(directory);
        if (parent != null) {
            files.forceDirectory(parent);
        }
    }

    private void checkModes() throws IOException {
        if ((files.mode(directory) & OTHERS_MAY_WRITE) != 0) {
            throw new KeyException(
                    directory + ": others may write to the key directory. Fix it: chmod 700 " + directory);
        }
        for (String name : KeyFileNames.PRIVATE) {
            Path file = directory.resolve(name);
            if (files.exists(file) && (files.mode(file) & OTHERS_MAY_READ) != 0) {
                throw new KeyException(file + ": a private key that others may read or write (mode "
                        + Integer.toOctalString(files.mode(file)) + "). Fix it: chmod 600 " + file);
            }
        }
    }

    /** What a person should look at although it works, one sentence; empty if all is well. */
    public Optional<String> warning() {
        try {
            return (files.mode(directory) & OTHERS_MAY_READ) == 0
                    ? Optional.empty()
                    : Optional.of(
                            directory + ": others may look into the key directory. Fix it: chmod 700 " + directory);
        } catch (IOException e) {
            return Optional.of(directory + ": its permissions can't be read: " + reason(e));
        }
    }

    /** Whether any root key is there, in which case none may ever be made. */
    public boolean hasRootKey() {
        try {
            return files.exists(directory.resolve(KeyFileNames.ROOT_CA_KEY))
                    || files.exists(directory.resolve(KeyFileNames.ROOT_K256_KEY));
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    /**
     * Stores new keys, all or none.
     *
     * @throws KeyException if a root key is there already, or writing fails; then nothing has changed
     */
    public void store(NewKeys keys) {
        if (hasRootKey()) {
            throw new KeyException(directory + ": there is a root key already; it is never overwritten");
        }
        Map<String, byte[]> contents = new LinkedHashMap<>();
        try {
            contents.put(KeyFileNames.ROOT_CA_KEY, pem(keys.rootKeys().rootCa()));
            contents.put(
                    KeyFileNames.ROOT_K256_KEY, keys.rootKeys().k256().scalar().expose(byte[]::clone));
            contents.put(KeyFileNames.TEMP_CA_KEY, pem(keys.rootKeys().tempCa()));
            contents.put(KeyFileNames.RPC_KEY, pem(keys.rpcKey()));
            contents.put(KeyFileNames.ROOT_CA_CERT, KeyRepair.text(keys.rootCaCertPem()));
            contents.put(KeyFileNames.TEMP_CA_CERT, KeyRepair.text(keys.tempCaCertPem()));
            contents.put(KeyFileNames.RPC_CERT, KeyRepair.text(keys.rpcCertPem()));
            contents.put(KeyFileNames.RPC_DOMAIN, KeyRepair.text(keys.domain()));
            keys.bootstrapInfo().ifPresent(info -> contents.put(KeyFileNames.BOOTSTRAP_INFO, info.toJson()));
            new StagedCommit(directory, files).store(contents);
        } catch (IOException e) {
            throw unusable(e);
        } finally {
            contents.values().forEach(content -> Arrays.fill(content, (byte) 0));
        }
    }

    private static byte[] pem(P256Key key) {
        try (KeyMaterial pem = key.pem()) {
            return pem.expose(byte[]::clone);
        }
    }

    /**
     * Loads the keys and makes again what is missing or lapses (section 9): certificates of both CAs if they are missing,
     * broken, of another key, or end within a year; the temporary CA's key and the RPC key if missing or broken.
     *
     * @param domain the domain to use if the directory names none
     * @param random for keys that must be made again
     * @param now decides which certificates lapse
     * @return keys owned by the caller, who closes them
     * @throws KeyException if a root key is missing or broken; nothing has been touched then
     */
    public StoredKeys load(Optional<String> domain, SecureRandom random, Instant now) {
        try {
            return new KeyRepair(directory, files, random, now).load(domain);
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    /** Replaces the RPC certificate. */
    public void writeRpcCertificate(String pem) {
        try {
            KeyRepair.replace(files, directory, KeyFileNames.RPC_CERT, KeyRepair.text(pem));
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    /** Where the keys lie. */
    public Path path() {
        return directory;
    }

    private KeyException unusable(IOException e) {
        return new KeyException(directory + ": the key directory can't be used: " + reason(e), e);
    }

    private static String reason(IOException e) {
        return e.getClass().getSimpleName() + ": " + e.getMessage();
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (Exception e) {
            throw new KeyException(directory + ": the lock can't be released", e);
        }
    }
}
