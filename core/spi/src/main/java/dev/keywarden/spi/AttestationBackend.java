package dev.keywarden.spi;

import java.util.Optional;
import java.util.Set;

/** One kind of trusted execution environment: how its evidence is verified and, on such a machine, made. */
public interface AttestationBackend extends AutoCloseable {
    /** The short name that configuration, logs and records use, for example {@code tdx}; {@code [a-z][a-z0-9-]*}. */
    String name();

    /** The evidence formats its verifier understands, for example {@code dstack-tdx}; never empty. */
    Set<String> formats();

    /** Checks evidence of the formats above; the same object each time. */
    AttestationVerifier verifier();

    /** Makes evidence about this machine; empty where the backend can't or the machine is not of this kind. */
    default Optional<Attester> attester() {
        return Optional.empty();
    }

    /** Releases what the backend holds. Called once, after its last use. */
    @Override
    default void close() {}
}
