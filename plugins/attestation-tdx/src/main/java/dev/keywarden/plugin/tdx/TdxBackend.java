package dev.keywarden.plugin.tdx;

import dev.keywarden.plugin.tdx.attester.TdxAttester;
import dev.keywarden.spi.AttestationBackend;
import dev.keywarden.spi.AttestationVerifier;
import dev.keywarden.spi.Attester;
import java.util.Optional;
import java.util.Set;

/** Intel TDX as an attestation backend. */
final class TdxBackend implements AttestationBackend {
    static final String NAME = "tdx";
    static final String FORMAT = "dstack-tdx";

    private final TdxVerifier verifier;
    private final TdxAttester attester;

    TdxBackend(TdxVerifier verifier, TdxAttester attester) {
        this.verifier = verifier;
        this.attester = attester;
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

    @Override
    public void close() {
        verifier.close();
    }
}
