package dev.keywarden.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywarden.spi.Attestation;
import dev.keywarden.spi.AttestationBackend;
import dev.keywarden.spi.AttestationVerifier;
import dev.keywarden.spi.Attester;
import dev.keywarden.spi.Bytes;
import dev.keywarden.spi.Evidence;
import dev.keywarden.spi.PluginException;
import dev.keywarden.spi.PluginException.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which backend's word counts, and whose words a refusal carries. */
final class AttestationBackendsTest {
    private static final Evidence EVIDENCE = new Evidence("dstack-tdx", Bytes.EMPTY);
    private static final Attestation PROVEN = new Attestation(
            "dstack-tdx", Bytes.of(new byte[64]), Map.of(), "", List.of(), Bytes.EMPTY, List.of(), Instant.MAX);

    @Test
    void takesTheFirstBackendThatVerifies() {
        AttestationBackends backends = accepting(
                backend("tdx", (evidence, now) -> reject(Kind.EVIDENCE_REJECTED, "not signed by Intel")),
                backend("mock", (evidence, now) -> PROVEN),
                backend("never", (evidence, now) -> reject(Kind.INTERNAL, "nobody asks this one")));
        assertThat(backends.verify(EVIDENCE, Instant.EPOCH)).isEqualTo(new VerifiedBy(PROVEN, "mock"));
    }

    @Test
    void asksOnlyBackendsThatUnderstandTheFormat() {
        AttestationBackends backends = accepting(backend("mock", (evidence, now) -> PROVEN));
        assertThatThrownBy(() -> backends.verify(new Evidence("sev", Bytes.EMPTY), Instant.EPOCH))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.kind()).isEqualTo(Kind.EVIDENCE_REJECTED))
                .hasMessage("evidence of the format sev is not accepted here");
    }

    @Test
    void refusesInTheWordsOfTheOnlyBackend() {
        AttestationBackends backends =
                accepting(backend("tdx", (evidence, now) -> reject(Kind.EVIDENCE_REJECTED, "not signed by Intel")));
        assertThatThrownBy(() -> backends.verify(EVIDENCE, Instant.EPOCH)).hasMessage("not signed by Intel");
    }

    @Test
    void namesEachOfSeveralBackendsThatRefuse() {
        AttestationBackends backends = accepting(
                backend("tdx", (evidence, now) -> reject(Kind.EVIDENCE_REJECTED, "not signed by Intel")),
                backend("mock", (evidence, now) -> reject(Kind.EVIDENCE_REJECTED, "another root")));
        assertThatThrownBy(() -> backends.verify(EVIDENCE, Instant.EPOCH))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.kind()).isEqualTo(Kind.EVIDENCE_REJECTED))
                .hasMessage("attestation tdx: not signed by Intel; attestation mock: another root");
    }

    @Test
    void saysThatTryingAgainMayHelpIfOneBackendWasUnavailable() {
        AttestationBackends backends = accepting(
                backend("tdx", (evidence, now) -> reject(Kind.UNAVAILABLE, "no collateral")),
                backend("mock", (evidence, now) -> reject(Kind.EVIDENCE_REJECTED, "another root")));
        assertThatThrownBy(() -> backends.verify(EVIDENCE, Instant.EPOCH))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE));
    }

    @Test
    void takesNullAndCrashesForRefusals() {
        assertThatThrownBy(() -> accepting(backend("tdx", nothing())).verify(EVIDENCE, Instant.EPOCH))
                .hasMessage("attestation tdx returned nothing");
        AttestationVerifier crashing = (evidence, now) -> {
            throw new StackOverflowError();
        };
        assertThatThrownBy(() -> accepting(backend("tdx", crashing)).verify(EVIDENCE, Instant.EPOCH))
                .hasMessage("attestation tdx failed with java.lang.StackOverflowError");
    }

    @Test
    void guardsTheAttesterToo() {
        Attester crashing = reportData -> {
            throw new IllegalStateException("no device");
        };
        AttestationBackends.Link link = link(backend("mock", nothing(), crashing));
        Attester attester = new AttestationBackends(List.of(), link).attester().orElseThrow();
        assertThatThrownBy(() -> attester.attest(Bytes.of(new byte[64])))
                .hasMessage("attestation mock failed with java.lang.IllegalStateException");
    }

    @Test
    void hasNoAttesterWhereTheBackendHasNone() {
        assertThat(new AttestationBackends(List.of(), link(backend("tdx", nothing()))).attester())
                .isEmpty();
        assertThat(new AttestationBackends(List.of(), null).attester()).isEmpty();
    }

    private static AttestationBackends accepting(AttestationBackend... backends) {
        return new AttestationBackends(
                Stream.of(backends).map(AttestationBackendsTest::link).toList(), null);
    }

    private static AttestationBackends.Link link(AttestationBackend backend) {
        GuardedCalls guard = new GuardedCalls(
                "attestation " + backend.name(), AttestationBackendsTest.class.getClassLoader(), Duration.ofMinutes(1));
        return new AttestationBackends.Link(backend, backend.name(), backend.formats(), guard);
    }

    private static Attestation reject(Kind kind, String message) {
        throw new PluginException(kind, message);
    }

    @SuppressWarnings("NullAway") // a plugin may return null all the same
    private static AttestationVerifier nothing() {
        return (evidence, now) -> null;
    }

    private static AttestationBackend backend(String name, AttestationVerifier verifier) {
        return backend(name, verifier, null);
    }

    private static AttestationBackend backend(String name, AttestationVerifier verifier, @Nullable Attester attester) {
        return new AttestationBackend() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Set<String> formats() {
                return Set.of("dstack-tdx");
            }

            @Override
            public AttestationVerifier verifier() {
                return verifier;
            }

            @Override
            public Optional<Attester> attester() {
                return Optional.ofNullable(attester);
            }
        };
    }
}
