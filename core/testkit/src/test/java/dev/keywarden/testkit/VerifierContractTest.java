package dev.keywarden.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywarden.spi.Attestation;
import dev.keywarden.spi.AttestationBackend;
import dev.keywarden.spi.AttestationVerifier;
import dev.keywarden.spi.Attester;
import dev.keywarden.spi.Bytes;
import dev.keywarden.spi.Evidence;
import dev.keywarden.spi.PluginException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every test of the contract passes over a right backend, and fails over one that breaks just what it is about. */
final class VerifierContractTest {
    private static final String FORMAT = "sample";
    private static final int DIGEST = 32;
    private static final Instant END = Instant.parse("2030-01-01T00:00:00Z");

    /** What the contract below runs over; set before each run. */
    private static Sample part = new Sample();

    /** Report data, followed by its digest, is evidence until 2030. */
    private static class Sample implements AttestationBackend {
        private final AttestationVerifier verifier = (evidence, time) -> verify(evidence, time);

        @Override
        public String name() {
            return "sample";
        }

        @Override
        public Set<String> formats() {
            return Set.of(FORMAT);
        }

        @Override
        public AttestationVerifier verifier() {
            return verifier;
        }

        @Override
        public Optional<Attester> attester() {
            return Optional.of(VerifierContractTest::evidence);
        }

        Attestation verify(Evidence evidence, Instant time) {
            requireFormat(evidence);
            byte[] bytes = evidence.envelope().toArray();
            requireLength(bytes);
            requireDigest(bytes);
            requireTime(time);
            return attestation(Bytes.of(Arrays.copyOf(bytes, Attestation.REPORT_DATA_BYTES)), END);
        }

        void requireFormat(Evidence evidence) {
            require(evidence.format().equals(FORMAT), "the format is another");
        }

        void requireLength(byte[] bytes) {
            require(bytes.length == Attestation.REPORT_DATA_BYTES + DIGEST, "the length is another");
        }

        void requireDigest(byte[] bytes) {
            byte[] data = Arrays.copyOf(bytes, Attestation.REPORT_DATA_BYTES);
            byte[] digest = Arrays.copyOfRange(bytes, data.length, bytes.length);
            require(Arrays.equals(digest, sha256(data)), "the digest is another");
        }

        void requireTime(Instant time) {
            require(time.isBefore(END), "the evidence is too old");
        }
    }

    private static Attestation attestation(Bytes reportData, Instant end) {
        return new Attestation("sample", reportData, Map.of(), "UpToDate", List.of(), Bytes.EMPTY, List.of(), end);
    }

    private static void require(boolean fact, String otherwise) {
        if (!fact) {
            throw new PluginException(PluginException.Kind.EVIDENCE_REJECTED, otherwise);
        }
    }

    private static byte[] sha256(byte[] data) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(data);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Evidence evidence(Bytes reportData) {
        byte[] data = reportData.toArray();
        byte[] bytes = Arrays.copyOf(data, data.length + DIGEST);
        System.arraycopy(sha256(data), 0, bytes, data.length, DIGEST);
        return new Evidence(FORMAT, Bytes.of(bytes));
    }

    /** Not run by the build: the launcher runs its tests one by one. */
    static final class OverThePart extends AttestationVerifierContract {
        @Override
        protected AttestationBackend openBackend() {
            return part;
        }

        @Override
        protected List<Evidence> goodEvidence() {
            return List.of(evidence(Bytes.fromHex("07".repeat(64))), evidence(Bytes.fromHex("08".repeat(64))));
        }

        @Override
        protected Instant goodTime() {
            return Instant.parse("2026-01-01T00:00:00Z");
        }

        @Override
        protected Instant badTime() {
            return END;
        }
    }

    private static Map<String, Sample> breaking() {
        Map<String, Sample> breaking = new LinkedHashMap<>();
        breaking.put("namesItselfAndItsFormats", new Sample() {
            @Override
            public AttestationVerifier verifier() {
                return this::verify;
            }
        });
        breaking.put("verifiesGoodEvidence", new Sample() {
            @Override
            void requireTime(Instant time) {
                require(time.isAfter(END), "too early");
            }
        });
        AtomicInteger count = new AtomicInteger();
        breaking.put("saysTheSameOfTheSameEvidence", new Sample() {
            @Override
            Attestation verify(Evidence evidence, Instant time) {
                super.verify(evidence, time);
                return attestation(
                        Bytes.fromHex("%02x".formatted(count.incrementAndGet()).repeat(64)), END);
            }
        });
        breaking.put("goesByTheGivenTime", new Sample() {
            @Override
            void requireTime(Instant time) {
                // any will do
            }
        });
        breaking.put("promisesNothingBeyondItsOwnEnd", new Sample() {
            @Override
            Attestation verify(Evidence evidence, Instant time) {
                Attestation right = super.verify(evidence, time);
                return attestation(right.reportData(), Instant.parse("2028-01-01T00:00:00Z"));
            }
        });
        breaking.put("survivesAnyTimeAtAll", new Sample() {
            @Override
            void requireTime(Instant time) {
                require(time.toEpochMilli() < END.toEpochMilli(), "the evidence is too old");
            }
        });
        Sample measuringNothing = new Sample() {
            @Override
            void requireLength(byte[] bytes) {
                require(bytes[0] >= 0, "the first byte is negative");
            }
        };
        breaking.put("refusesEmptyEvidence", measuringNothing);
        breaking.put("refusesEveryTruncation", measuringNothing);
        breaking.put("provesNothingElseAfterAChange", new Sample() {
            @Override
            void requireDigest(byte[] bytes) {
                // looks at the length alone
            }
        });
        breaking.put("refusesGarbage", new Sample() {
            @Override
            void requireLength(byte[] bytes) {
                descend(bytes, 0);
                super.requireLength(bytes);
            }

            private int descend(byte[] bytes, int at) {
                return at < bytes.length && bytes[at] == (byte) 0x91 ? 1 + descend(bytes, at + 1) : 0;
            }
        });
        breaking.put("refusesAFormatThatIsNotItsOwn", new Sample() {
            @Override
            void requireFormat(Evidence evidence) {
                // any will do
            }
        });
        breaking.put("saysTheSameToManyAtOnce", new MixingUp());
        breaking.put("verifiesWhatItAttests", new Sample() {
            @Override
            public Optional<Attester> attester() {
                return Optional.of(reportData -> evidence(Bytes.fromHex("07".repeat(64))));
            }
        });
        return breaking;
    }

    /** Verifies for everybody what the first one sent; calls of a single platform thread are not affected. */
    private static final class MixingUp extends Sample {
        private final AtomicReference<@Nullable Evidence> first = new AtomicReference<>();

        @Override
        Attestation verify(Evidence evidence, Instant time) {
            if (!Thread.currentThread().isVirtual()) {
                return super.verify(evidence, time);
            }
            first.compareAndSet(null, evidence);
            Evidence kept = first.get();
            return super.verify(kept == null ? evidence : kept, time);
        }
    }

    @TestFactory
    List<DynamicTest> aRightBackendKeepsIt() {
        return Launched.testsOf(AttestationVerifierContract.class)
                .map(test -> DynamicTest.dynamicTest(test, () -> {
                    part = new Sample();
                    Launched.assertPasses(OverThePart.class, test);
                }))
                .toList();
    }

    @TestFactory
    List<DynamicTest> eachTestIsSeenToFail() {
        return breaking().entrySet().stream()
                .map(broken -> DynamicTest.dynamicTest(broken.getKey(), () -> {
                    part = broken.getValue();
                    Launched.assertFails(OverThePart.class, broken.getKey());
                }))
                .toList();
    }

    @Test
    void noTestIsLeftOut() {
        assertThat(breaking().keySet())
                .containsExactlyInAnyOrderElementsOf(
                        Launched.testsOf(AttestationVerifierContract.class).toList());
    }
}
