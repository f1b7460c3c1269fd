package dev.keywarden.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywarden.spi.Attestation;
import dev.keywarden.spi.AttestationBackend;
import dev.keywarden.spi.AttestationVerifier;
import dev.keywarden.spi.Bytes;
import dev.keywarden.spi.Evidence;
import dev.keywarden.spi.PluginException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every attestation backend promises: evidence that does not verify is refused with the one exception of the
 * interface, whatever a stranger sent, and the answer depends on the evidence and the given time alone.
 *
 * <p>A backend's test extends this class and names some good evidence; genuine pieces are best. How its formats are
 * verified is for tests of its own.
 */
public abstract class AttestationVerifierContract {
    private static final int CONCURRENT_CALLS = 64;
    private static final int CHANGED_BYTES = 1_024;
    private static final int GARBAGE_ROUNDS = 200;
    private static final int MAX_GARBAGE_BYTES = 4_096;

    private AttestationBackend backend;
    private AttestationVerifier verifier;

    /** Makes the backend, in the state it has right after the host loaded it. The contract closes it. */
    protected abstract AttestationBackend openBackend() throws Exception;

    /** At least one piece of evidence that verifies; of each format and envelope version one, if possible. */
    protected abstract List<Evidence> goodEvidence() throws Exception;

    /** When the good evidence verifies. */
    protected abstract Instant goodTime();

    /** When it does not verify any more, or not yet. */
    protected abstract Instant badTime();

    @BeforeEach
    public final void open() throws Exception {
        backend = openBackend();
        verifier = backend.verifier();
    }

    @AfterEach
    public final void close() {
        backend.close();
    }

    @Test
    public final void namesItselfAndItsFormats() {
        Contracts.assertIsName(backend.name());
        assertThat(backend.formats()).as("formats").isNotEmpty().allSatisfy(format -> assertThat(format)
                .isNotBlank());
        assertThat(backend.verifier()).as("the verifier, asked for again").isSameAs(verifier);
    }

    @Test
    public final void verifiesGoodEvidence() throws Exception {
        assertThat(goodEvidence()).as("good evidence").isNotEmpty();
        for (Evidence evidence : goodEvidence()) {
            assertThat(backend.formats()).as("formats").contains(evidence.format());
            Attestation attestation = verifier.verify(evidence, goodTime());

            assertThat(attestation.platform()).as("platform").isNotBlank();
            assertThat(attestation.validUntil()).as("valid until").isAfter(goodTime());
        }
    }

    @Test
    public final void saysTheSameOfTheSameEvidence() throws Exception {
        for (Evidence evidence : goodEvidence()) {
            assertThat(verifier.verify(evidence, goodTime())).isEqualTo(verifier.verify(evidence, goodTime()));
        }
    }

    /** Time is an argument: neither the system's clock nor an earlier call may decide. */
    @Test
    public final void goesByTheGivenTime() throws Exception {
        for (Evidence evidence : goodEvidence()) {
            Attestation before = verifier.verify(evidence, goodTime());
            assertRejected(evidence, badTime());
            assertThat(verifier.verify(evidence, goodTime())).isEqualTo(before);
        }
    }

    /** When a result has ended the same evidence may verify again, to a newer one that has not. */
    @Test
    public final void promisesNothingBeyondItsOwnEnd() throws Exception {
        for (Evidence evidence : goodEvidence()) {
            Instant end = verifier.verify(evidence, goodTime()).validUntil();
            Attestation later = end.isBefore(Instant.MAX) ? verifiesOrRejects(evidence, end) : null;
            if (later != null) {
                assertThat(later.validUntil()).as("valid until").isAfter(end);
            }
        }
    }

    @Test
    public final void survivesAnyTimeAtAll() throws Exception {
        for (Evidence evidence : goodEvidence()) {
            for (Instant time : List.of(Instant.MIN, Instant.EPOCH, Instant.MAX)) {
                verifiesOrRejects(evidence, time);
            }
        }
    }

    @Test
    public final void refusesEmptyEvidence() {
        for (String format : backend.formats()) {
            assertRejected(new Evidence(format, Bytes.EMPTY), goodTime());
        }
    }

    @Test
    public final void refusesEveryTruncation() throws Exception {
        for (Evidence evidence : goodEvidence()) {
            for (int length = 0; length < evidence.envelope().length(); length++) {
                assertRejected(
                        new Evidence(evidence.format(), evidence.envelope().slice(0, length)), goodTime());
            }
        }
    }

    /** A change that is not noticed may only be one that changes nothing of what was proven. */
    @Test
    public final void provesNothingElseAfterAChange() throws Exception {
        for (Evidence evidence : goodEvidence()) {
            Attestation right = verifier.verify(evidence, goodTime());
            int length = evidence.envelope().length();
            int step = Math.max(1, length / CHANGED_BYTES);
            for (int index = 0; index < length; index += step) {
                byte[] changed = evidence.envelope().toArray();
                changed[index] ^= (byte) (1 << (index % Byte.SIZE));
                Attestation answer = verifiesOrRejects(new Evidence(evidence.format(), Bytes.of(changed)), goodTime());
                assertThat(answer).as("byte %d changed", index).isIn(null, right);
            }
        }
    }

    @Test
    public final void refusesGarbage() {
        List<byte[]> garbage = new ArrayList<>();
        Random random = new Random(1);
        for (int round = 0; round < GARBAGE_ROUNDS; round++) {
            byte[] bytes = new byte[random.nextInt(1, MAX_GARBAGE_BYTES)];
            random.nextBytes(bytes);
            garbage.add(bytes);
        }
        for (int first = 0; first < 256; first++) {
            garbage.add(new byte[] {(byte) first});
        }
        garbage.add(repeated(0x00, 1 << 16));
        garbage.add(repeated(0xff, 1 << 16));
        // MessagePack's arrays of one and maps of one, one in the other: a parser that recurses runs out of stack.
        garbage.add(repeated(0x91, 1 << 20));
        garbage.add(repeated(0x81, 1 << 20));
        // Its 32-bit lengths of 4 GiB: a parser that believes them runs out of memory.
        garbage.add(new byte[] {(byte) 0xdd, -1, -1, -1, -1});
        garbage.add(new byte[] {(byte) 0xc6, -1, -1, -1, -1});
        garbage.add("{\"quote\":\"%s\"}".formatted("00".repeat(64)).getBytes(StandardCharsets.UTF_8));
        for (String format : backend.formats()) {
            for (byte[] bytes : garbage) {
                assertRejected(new Evidence(format, Bytes.of(bytes)), goodTime());
            }
        }
    }

    @Test
    public final void refusesAFormatThatIsNotItsOwn() throws Exception {
        for (Evidence evidence : goodEvidence()) {
            assertRejected(new Evidence("unheard-of", evidence.envelope()), goodTime());
        }
    }

    @Test
    public final void saysTheSameToManyAtOnce() throws Exception {
        List<Evidence> good = goodEvidence();
        List<Callable<Boolean>> calls = new ArrayList<>();
        for (int call = 0; call < CONCURRENT_CALLS; call++) {
            Evidence evidence = good.get(call % good.size());
            Evidence cut = new Evidence(
                    evidence.format(),
                    evidence.envelope().slice(0, evidence.envelope().length() - 1));
            Attestation right = verifier.verify(evidence, goodTime());
            calls.add(() -> right.equals(verifier.verify(evidence, goodTime())));
            calls.add(() -> verifiesOrRejects(cut, goodTime()) == null);
        }
        assertThat(Contracts.atOnce(calls)).as("right answers").containsOnly(true);
    }

    /** Where there is an attester, its evidence is about the data it was given. */
    @Test
    public final void verifiesWhatItAttests() {
        backend.attester().ifPresent(attester -> {
            for (int content : new int[] {0x00, 0x5a, 0xff}) {
                Bytes reportData = Bytes.of(repeated(content, Attestation.REPORT_DATA_BYTES));
                Evidence evidence = attester.attest(reportData);

                assertThat(backend.formats()).as("formats").contains(evidence.format());
                assertThat(verifier.verify(evidence, goodTime()).reportData()).isEqualTo(reportData);
            }
        });
    }

    private void assertRejected(Evidence evidence, Instant time) {
        assertThat(verifiesOrRejects(evidence, time))
                .as("what was proven by %s at %s", evidence, time)
                .isNull();
    }

    /** The attestation, or null if the evidence was refused as the interface says. */
    private @Nullable Attestation verifiesOrRejects(Evidence evidence, Instant time) {
        try {
            Attestation attestation = verifier.verify(evidence, time);
            assertThat(attestation).as("the result of verifying %s", evidence).isNotNull();
            return attestation;
        } catch (PluginException refusal) {
            assertThat(refusal.kind())
                    .as("kind of the refusal of %s: %s", evidence, refusal.getMessage())
                    .isEqualTo(PluginException.Kind.EVIDENCE_REJECTED);
            Contracts.assertIsForPeople(refusal);
            return null;
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError failure) {
            throw new AssertionError(
                    "%s must be verified or refused, but caused %s".formatted(evidence, failure), failure);
        }
    }

    private static byte[] repeated(int content, int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) content);
        return bytes;
    }
}
