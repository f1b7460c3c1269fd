package dev.keywarden.plugin.webhook;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * {@code [core.authorization.webhook]} as configured.
 *
 * @param url where the service is, {@code http} or {@code https}
 * @param timeout for a whole question from waiting for a free connection to the last byte of the answer; 5 s by default
 * @param connectTimeout for the connection to one address; 2 s by default
 * @param maxAnswerBytes longest answer that is read; 64 KiB by default
 * @param maxConnections how many questions may be under way at once; 64 by default
 * @param wire whose field names to use; {@code r1} by default
 * @param caFile PEM certificates that may vouch for an https service, in place of those the JDK trusts
 */
record WebhookSettings(
        String url,
        @Nullable Duration timeout,
        @Nullable Duration connectTimeout,
        @Nullable Integer maxAnswerBytes,
        @Nullable Integer maxConnections,
        @Nullable Wire wire,
        @Nullable Path caFile) {

    static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(5);
    static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(2);
    static final int DEFAULT_MAX_ANSWER_BYTES = 64 * 1024;
    static final int DEFAULT_MAX_CONNECTIONS = 64;

    /** A longer wait for one answer helps nobody; the guest gives up after 60 s (wire protocol, section 16). */
    private static final Duration LONGEST = Duration.ofMinutes(1);

    WebhookSettings {
        Endpoint endpoint = Endpoint.parse(url, Wire.R1);
        checkDuration("timeout", timeout);
        checkDuration("connect_timeout", connectTimeout);
        checkRange("max_answer_bytes", maxAnswerBytes, 256, 16 * 1024 * 1024);
        checkRange("max_connections", maxConnections, 1, 10_000);
        if (caFile != null && !endpoint.secure()) {
            throw new IllegalArgumentException("ca_file is of no use with an http url; write https, or leave it out");
        }
    }

    Endpoint endpoint() {
        return Endpoint.parse(url, wire());
    }

    @Override
    public Wire wire() {
        return wire == null ? Wire.R1 : wire;
    }

    ClientLimits limits() {
        return new ClientLimits(
                timeout == null ? DEFAULT_TIMEOUT : timeout,
                connectTimeout == null ? DEFAULT_CONNECT_TIMEOUT : connectTimeout,
                maxAnswerBytes == null ? DEFAULT_MAX_ANSWER_BYTES : maxAnswerBytes,
                maxConnections == null ? DEFAULT_MAX_CONNECTIONS : maxConnections);
    }

    /** Leaves out the user name and the password that the URL may hold. */
    @Override
    public String toString() {
        return "WebhookSettings[" + endpoint() + ", " + limits() + ", " + wire() + ", caFile=" + caFile + "]";
    }

    private static void checkDuration(String key, @Nullable Duration value) {
        if (value != null && (value.toMillis() < 1 || value.compareTo(LONGEST) > 0)) {
            throw new IllegalArgumentException(key + " must be 1ms to 1m");
        }
    }

    private static void checkRange(String key, @Nullable Integer value, int least, int most) {
        if (value != null && (value < least || value > most)) {
            throw new IllegalArgumentException(key + " must be " + least + " to " + most + ", not " + value);
        }
    }
}
