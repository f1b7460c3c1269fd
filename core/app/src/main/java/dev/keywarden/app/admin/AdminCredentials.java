package dev.keywarden.app.admin;

import dev.keywarden.app.config.ConfigurationException;
import dev.keywarden.app.config.KmsConfiguration;
import dev.keywarden.rpc.PeerConnection;
import dev.keywarden.server.Page;
import dev.keywarden.server.RequestGuard;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Who may use the admin listener (wire protocol, section 13.1): a shared token in {@code X-Admin-Token}, as bearer token, or as
 * password of HTTP Basic (or as user name with an empty password); or a user of an htpasswd file. Only digests are kept and
 * compared, in constant time.
 */
public final class AdminCredentials implements RequestGuard {
    /** Where the token may stand if the configuration has none, in order. */
    private static final String[] TOKEN_VARIABLES = {"DSTACK_KMS_ADMIN_TOKEN", "ADMIN_API_TOKEN"};

    private static final System.Logger LOG = System.getLogger(AdminCredentials.class.getName());
    private static final Optional<String> TOKEN = Optional.of("token");
    private static final int UNAUTHORIZED = 401;
    private static final int TOO_MANY = 429;

    private final @Nullable SecretDigest token;
    private final Htpasswd users;
    private final GuessLimit limit;

    private AdminCredentials(@Nullable SecretDigest token, Htpasswd users, GuessLimit limit) {
        this.token = token;
        this.users = users;
        this.limit = limit;
    }

    /**
     * Reads what the configuration says.
     *
     * @param environment the process's environment variables
     * @param clock for how often one address may be wrong
     * @throws ConfigurationException if there are no credentials and the configuration does not say that none are needed, or if
     *     the htpasswd file can't be used
     */
    public static AdminCredentials from(
            KmsConfiguration.Admin admin, Map<String, String> environment, InstantSource clock) {
        String token = token(admin, environment);
        Htpasswd users =
                admin.htpasswdFile().isEmpty() ? Htpasswd.empty() : Htpasswd.read(Path.of(admin.htpasswdFile()));
        if (token.isEmpty() && users.isEmpty() && !admin.insecureNoAuth()) {
            throw new ConfigurationException(
                    "core.admin.enabled = true, but nobody could use the admin listener. Set core.admin.auth_token,"
                            + " DSTACK_KMS_ADMIN_TOKEN in the environment, or core.admin.htpasswd_file"
                            + " (core.admin.insecure_no_auth = true lets everybody in who reaches its port)");
        }
        return new AdminCredentials(token.isEmpty() ? null : SecretDigest.of(token), users, new GuessLimit(clock));
    }

    private static String token(KmsConfiguration.Admin admin, Map<String, String> environment) {
        String token = admin.authToken().strip();
        for (String variable : TOKEN_VARIABLES) {
            if (token.isEmpty()) {
                token = environment.getOrDefault(variable, "").strip();
            }
        }
        return token;
    }

    /** Whether everybody is let in. */
    public boolean areNotNeeded() {
        return token == null && users.isEmpty();
    }

    @Override
    public Optional<Page> refuse(Function<String, String> headers) {
        throw new IllegalStateException("a guard of credentials wants to know who is at the other end");
    }

    @Override
    public Optional<Page> refuse(Function<String, String> headers, PeerConnection peer) throws InterruptedException {
        if (areNotNeeded()) {
            return Optional.empty();
        }
        String tokenHeader = headers.apply("X-Admin-Token").strip();
        String authorization = headers.apply("Authorization");
        String address = address(peer);
        boolean shown = !tokenHeader.isEmpty() || !authorization.isBlank();
        if (shown && !limit.listensTo(address)) {
            LOG.log(System.Logger.Level.WARNING, "{0} keeps guessing credentials of administrators", address);
            return Optional.of(
                    new Page(TOO_MANY, "text/plain; charset=utf-8", "too many wrong credentials from your address\n")
                            .withHeader("Retry-After", "1"));
        }
        Optional<String> who = who(tokenHeader, authorization);
        if (who.isPresent()) {
            Administrator.admit(peer, who.get());
            return Optional.empty();
        }
        if (shown) {
            limit.wrong(address);
        }
        return Optional.of(new Page(UNAUTHORIZED, "text/plain; charset=utf-8", "")
                .withHeader("WWW-Authenticate", "Basic realm=\"dstack-kms admin\""));
    }

    /** Without the port, which is another for each connection. */
    private static String address(PeerConnection peer) {
        String remote = peer.remoteAddress();
        int colon = remote.lastIndexOf(':');
        return colon < 0 ? remote : remote.substring(0, colon);
    }

    private Optional<String> who(String tokenHeader, String authorization) throws InterruptedException {
        if (isToken(tokenHeader)) {
            return TOKEN;
        }
        int space = authorization.indexOf(' ');
        if (space < 0) {
            return Optional.empty();
        }
        String value = authorization.substring(space + 1).strip();
        return switch (authorization.substring(0, space).toLowerCase(Locale.ROOT)) {
            case "bearer" -> isToken(value) ? TOKEN : Optional.empty();
            case "basic" -> whoByBasic(value);
            default -> Optional.empty();
        };
    }

    private Optional<String> whoByBasic(String encoded) throws InterruptedException {
        String pair;
        try {
            pair = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        int colon = pair.indexOf(':');
        if (colon < 0) {
            return Optional.empty();
        }
        String user = pair.substring(0, colon);
        String password = pair.substring(colon + 1);
        if (isToken(password) || (password.isEmpty() && isToken(user))) {
            return TOKEN;
        }
        return users.matches(user, password) ? Optional.of("user " + user) : Optional.empty();
    }

    private boolean isToken(String given) {
        return token != null && !given.isEmpty() && token.matches(given);
    }
}
