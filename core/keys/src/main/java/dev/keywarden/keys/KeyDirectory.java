package dev.keywarden.keys;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The root keys on disk (wire protocol, section 9; design, section 8).
 *
 * <p>Layout and formats are the reference's, so that a directory can move between the two. Bootstrapped means that both root
 * keys are there and parse, and nothing else; this class is the one place that knows. Everything else can be made again from
 * them and is, by {@link #load}. An existing root key is never overwritten.
 *
 * <p>One process at a time: the directory is locked while it is open. Within the process it may be used by many threads.
 */
public final class KeyDirectory implements AutoCloseable {
    private static final int OTHERS_MAY_READ = 0077;
    private static final int OTHERS_MAY_WRITE = 0022;

    private final Path directory;
    private final KeyFiles files;
    private final KeyFolder folder;
    private final StagedCommit commit;
    private final AutoCloseable processLock;
    private final ReentrantLock oneAtATime = new ReentrantLock();

    private KeyDirectory(Path directory, KeyFiles files, AutoCloseable processLock) {
        this.directory = directory;
        this.files = files;
        this.folder = new KeyFolder(directory, files);
        this.commit = new StagedCommit(folder);
        this.processLock = processLock;
    }

    /**
     * Opens a directory, creating it (0700) if needed, and finishes or throws away what a crash left in it.
     *
     * @throws KeyException if it can't be used as it is; the message says what to do
     */
    public static KeyDirectory open(Path directory) {
        Path absolute = directory.toAbsolutePath();
        try {
            DiskFiles files = new DiskFiles();
            createWithParents(absolute, files);
            return open(absolute, files, DirectoryLock.take(absolute));
        } catch (IOException e) {
            throw unusable(absolute, e);
        }
    }

    /** As {@link #open(Path)} over other file operations. */
    static KeyDirectory open(Path directory, KeyFiles files, AutoCloseable processLock) throws IOException {
        KeyDirectory opened = new KeyDirectory(directory, files, processLock);
        try {
            opened.checkModes();
            opened.commit.recover();
            return opened;
        } catch (IOException | RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    private static void createWithParents(Path directory, KeyFiles files) throws IOException {
        if (files.isDirectory(directory)) {
            return;
        }
        if (files.exists(directory)) {
            throw new KeyException(
                    directory + ": not a directory. Move it away, or set core.cert_dir to where the keys are to lie");
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
        int mode = files.mode(directory);
        if ((mode & OTHERS_MAY_WRITE) != 0) {
            throw new KeyException(directory + ": others may write to the key directory (mode "
                    + Integer.toOctalString(mode) + "). Fix it: chmod 700 " + directory);
        }
        for (String name : KeyFileNames.PRIVATE) {
            if (folder.exists(name)) {
                checkMode(folder.path(name));
            }
        }
    }

    private void checkMode(Path key) throws IOException {
        int mode;
        try {
            mode = files.mode(key);
        } catch (NoSuchFileException e) {
            throw new KeyException(
                    key + ": a link that leads nowhere. Mount or restore what it leads to, or remove it", e);
        }
        if ((mode & OTHERS_MAY_READ) != 0) {
            throw new KeyException(key + ": a private key that others may read or write (mode "
                    + Integer.toOctalString(mode) + "). Fix it: chmod 600 " + key);
        }
    }

    /** What a person should look at although it works, one sentence; empty if all is well. */
    public Optional<String> warning() {
        try {
            int mode = files.mode(directory);
            return (mode & OTHERS_MAY_READ) == 0
                    ? Optional.empty()
                    : Optional.of(directory + ": others may look into the key directory (mode "
                            + Integer.toOctalString(mode) + "). Fix it: chmod 700 " + directory);
        } catch (IOException e) {
            return Optional.of(directory + ": its permissions can't be read: " + KeyFolder.reason(e));
        }
    }

    /** Whether any root key is there, in which case none may ever be made. */
    public boolean hasRootKey() {
        oneAtATime.lock();
        try {
            return folder.exists(KeyFileNames.ROOT_CA_KEY)
                    || folder.exists(KeyFileNames.ROOT_K256_KEY)
                    || commit.pending();
        } catch (IOException e) {
            throw unusable(directory, e);
        } finally {
            oneAtATime.unlock();
        }
    }

    /**
     * Stores new keys, all or none.
     *
     * @throws KeyException if a root key is there already, and then nothing has changed; or if writing fails, and then {@link
     *     #hasRootKey} tells whether the keys are stored nevertheless
     */
    public void store(NewKeys keys) {
        oneAtATime.lock();
        try {
            commit.recover();
            if (hasRootKey()) {
                throw new KeyException(directory + ": there is a root key already; it is never overwritten");
            }
            Map<String, KeyMaterial> contents = contents(keys);
            try {
                commit.store(contents);
            } finally {
                contents.values().forEach(KeyMaterial::close);
            }
        } catch (IOException e) {
            throw unusable(directory, e);
        } finally {
            oneAtATime.unlock();
        }
    }

    private static Map<String, KeyMaterial> contents(NewKeys keys) {
        RootKeys roots = keys.rootKeys();
        Map<String, KeyMaterial> contents = new LinkedHashMap<>();
        contents.put(KeyFileNames.ROOT_CA_KEY, roots.rootCa().pem());
        contents.put(KeyFileNames.ROOT_K256_KEY, roots.k256().scalar().expose(KeyMaterial::copyOf));
        contents.put(KeyFileNames.TEMP_CA_KEY, roots.tempCa().pem());
        contents.put(KeyFileNames.RPC_KEY, keys.rpcKey().pem());
        contents.put(KeyFileNames.ROOT_CA_CERT, KeyFolder.text(keys.rootCaCertPem()));
        contents.put(KeyFileNames.TEMP_CA_CERT, KeyFolder.text(keys.tempCaCertPem()));
        contents.put(KeyFileNames.RPC_CERT, KeyFolder.text(keys.rpcCertPem()));
        contents.put(KeyFileNames.RPC_DOMAIN, KeyFolder.text(keys.domain()));
        keys.bootstrapInfo()
                .ifPresent(info -> contents.put(KeyFileNames.BOOTSTRAP_INFO, KeyMaterial.owning(info.toJson())));
        return contents;
    }

    /**
     * Loads the keys and makes again what is missing or lapses (section 9): certificates of both CAs if they are missing,
     * broken, of another key, or end within a year; the temporary CA's key and the RPC key if missing or broken.
     *
     * @param domain what the node is to serve; if empty, what the directory names
     * @param random for keys that must be made again
     * @param now decides which certificates lapse
     * @return keys owned by the caller, who closes them
     * @throws KeyException if a root key is missing or broken; nothing has been touched then
     */
    public StoredKeys load(Optional<String> domain, SecureRandom random, Instant now) {
        oneAtATime.lock();
        try {
            commit.recover();
            return new KeyRepair(folder, random, now).load(domain);
        } catch (IOException e) {
            throw unusable(directory, e);
        } finally {
            oneAtATime.unlock();
        }
    }

    /** Replaces the RPC certificate. */
    public void writeRpcCertificate(String pem) {
        oneAtATime.lock();
        try {
            folder.replace(KeyFileNames.RPC_CERT, pem);
        } catch (IOException e) {
            throw unusable(directory, e);
        } finally {
            oneAtATime.unlock();
        }
    }

    /** Where the keys lie. */
    public Path path() {
        return directory;
    }

    private static KeyException unusable(Path directory, IOException e) {
        return new KeyException(directory + ": the key directory can't be used: " + KeyFolder.reason(e), e);
    }

    @Override
    public void close() {
        try {
            processLock.close();
        } catch (Exception e) {
            throw new KeyException(directory + ": the lock can't be released", e);
        }
    }
}
