package dev.keywarden.plugin.mock;

import dev.keywarden.dcap.ByteView;
import dev.keywarden.dcap.QuoteVerifier;
import dev.keywarden.dcap.SoftwareRoots;
import dev.keywarden.dcap.VerificationCache;
import dev.keywarden.softtee.SoftwareTee;
import dev.keywarden.spi.AttestationBackend;
import dev.keywarden.spi.AttestationVerifier;
import dev.keywarden.spi.Attester;
import dev.keywarden.spi.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** A software TEE as an attestation backend. Its root, keys and certificates are made when they are first needed. */
final class MockBackend implements AttestationBackend {
    static final String NAME = "mock";

    /** The genuine format: what tells mock evidence apart is its root. */
    static final String FORMAT = "dstack-tdx";

    private final MockVerifier verifier;
    private final MockAttester attester;

    /**
     * A backend.
     *
     * @param seed what the software root is made of; asked once
     * @param furtherRoots keys of other software roots, DER SubjectPublicKeyInfo
     * @param machine what this machine claims to be
     */
    MockBackend(Supplier<Bytes> seed, List<ByteView> furtherRoots, MockSettings.Machine machine) {
        Once<SoftwareTee> tee = new Once<>(() -> SoftwareTee.fromSeed(seed.get().toArray()));
        Once<QuoteVerifier> quoteVerifier = new Once<>(() -> {
            List<ByteView> roots = new ArrayList<>(furtherRoots);
            roots.add(ByteView.copyOf(tee.get().rootPublicKey().toArray()));
            return new QuoteVerifier(SoftwareRoots.of(roots), new VerificationCache());
        });
        this.verifier = new MockVerifier(quoteVerifier);
        this.attester = new MockAttester(tee, machine.toSimulatedMachine());
    }

    @Override
    public String name() {
        return NAME;
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
        return Optional.of(attester);
    }
}
