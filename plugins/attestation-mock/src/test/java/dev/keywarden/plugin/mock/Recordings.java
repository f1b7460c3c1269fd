package dev.keywarden.plugin.mock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.keywarden.dcap.ByteView;
import dev.keywarden.dcap.RootCertificate;
import dev.keywarden.spi.Bytes;
import dev.keywarden.spi.Evidence;
import dev.keywarden.spi.PluginException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What the reference wrote (see the README in the test resources), and backends that do or don't trust it. */
final class Recordings {
    static final Bytes SEED = Bytes.fromHex("5a".repeat(32));
    static final Bytes OTHER_SEED = Bytes.fromHex("01".repeat(32));
    static final Instant NOW = Instant.parse("2026-11-24T00:00:00Z");
    static final Bytes REPORT_DATA = Bytes.fromHex("07".repeat(64));

    private Recordings() {}

    static Evidence evidence(String name) {
        return evidence(Bytes.of(read(name + ".bin")));
    }

    static Evidence evidence(Bytes envelope) {
        return new Evidence("dstack-tdx", envelope);
    }

    static byte[] read(String name) {
        try (InputStream in = Objects.requireNonNull(Recordings.class.getResourceAsStream(name), name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A backend that trusts its own root alone. */
    static MockBackend backend(Bytes seed) {
        return new MockBackend(() -> seed, List.of(), MockSettings.Machine.DEFAULT);
    }

    /** A backend that trusts the simulators' root beside its own. */
    static MockBackend trustingTheSimulators(Bytes seed) {
        ByteView root = RootCertificate.ofPem(read("simulator-root.pem")).publicKeyInfo();
        return new MockBackend(() -> seed, List.of(root), MockSettings.Machine.DEFAULT);
    }

    static PluginException failure(ThrowingCallable call) {
        PluginException failure = catchThrowableOfType(PluginException.class, call);
        assertThat(failure).as("a failure").isNotNull();
        return failure;
    }

    /** The message of a refusal of evidence. */
    static String rejection(ThrowingCallable call) {
        PluginException failure = failure(call);
        assertThat(failure.kind()).isEqualTo(PluginException.Kind.EVIDENCE_REJECTED);
        return failure.getMessage();
    }
}
