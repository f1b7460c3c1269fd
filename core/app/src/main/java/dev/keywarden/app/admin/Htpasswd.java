package dev.keywarden.app.admin;

import dev.keywarden.app.config.ConfigurationException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;

/**
 * Users and the bcrypt hashes of their passwords, as {@code htpasswd -B} writes them.
 *
 * <p>A check costs tens of milliseconds of CPU on purpose, so only one runs at a time: whoever guesses passwords can't take the
 * processors away from those who ask for keys.
 */
final class Htpasswd {
    private static final Pattern BCRYPT = Pattern.compile("\\$2[aby]\\$(0[4-9]|[12][0-9]|3[01])\\$[./A-Za-z0-9]{53}");

    private final Map<String, String> hashes;
    private final Semaphore oneAtATime = new Semaphore(1, true);

    private Htpasswd(Map<String, String> hashes) {
        this.hashes = Map.copyOf(hashes);
    }

    static Htpasswd empty() {
        return new Htpasswd(Map.of());
    }

    /**
     * Reads a file of lines {@code user:hash}; empty lines and those that begin with {@code #} don't count.
     *
     * @throws ConfigurationException if it can't be read, has another kind of hash, or names nobody
     */
    static Htpasswd read(Path file) {
        Map<String, String> hashes = new LinkedHashMap<>();
        int number = 0;
        for (String line : lines(file)) {
            number++;
            if (!line.isBlank() && !line.startsWith("#")) {
                add(line.strip(), hashes, file + ", line " + number);
            }
        }
        if (hashes.isEmpty()) {
            throw new ConfigurationException("core.admin.htpasswd_file: " + file + " names no user. Add one:"
                    + " htpasswd -B -C 10 " + file + " NAME");
        }
        return new Htpasswd(hashes);
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new ConfigurationException("core.admin.htpasswd_file: " + file + " can't be read (" + e + ")");
        }
    }

    private static void add(String line, Map<String, String> hashes, String where) {
        int colon = line.indexOf(':');
        if (colon < 1 || !BCRYPT.matcher(line.substring(colon + 1)).matches()) {
            throw new ConfigurationException("core.admin.htpasswd_file: " + where
                    + " is not a user, a colon and a bcrypt hash, which htpasswd -B writes");
        }
        if (hashes.putIfAbsent(line.substring(0, colon), line.substring(colon + 1)) != null) {
            throw new ConfigurationException(
                    "core.admin.htpasswd_file: " + where + " names a user who is there already");
        }
    }

    boolean isEmpty() {
        return hashes.isEmpty();
    }

    /** Whether this is a user's password; takes as long for a user who is not there. */
    boolean matches(String user, String password) throws InterruptedException {
        if (hashes.isEmpty()) {
            return false;
        }
        String hash = hashes.get(user);
        String compared = hash != null ? hash : hashes.values().iterator().next();
        oneAtATime.acquire();
        try {
            return OpenBSDBCrypt.checkPassword(compared, password.toCharArray()) && hash != null;
        } finally {
            oneAtATime.release();
        }
    }
}
