package dev.keywarden.it;

import dev.keywarden.softtee.SoftwarePccs;
import dev.keywarden.softtee.SoftwareTee;
import dev.keywarden.testkit.FakePccs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HexFormat;

/** The collateral of the software TEE that the tests' guests and nodes have their evidence from. */
final class SoftwareCollateral implements AutoCloseable {
    static final SoftwareTee TEE = SoftwareTee.fromSeed(HexFormat.of().parseHex(Recordings.SEED));

    private final FakePccs pccs;

    SoftwareCollateral() throws IOException {
        pccs = FakePccs.serving(new SoftwarePccs(TEE), InstantSource.system());
    }

    FakePccs service() {
        return pccs;
    }

    /** Has a node verify with it. */
    TestNode.Configuration verify(TestNode.Configuration configuration) {
        Path root = configuration.certDir().resolveSibling("software-root.pem");
        try {
            Files.writeString(root, TEE.rootCertificatePem());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return configuration.verifyingWithTdx(root, pccs.url());
    }

    @Override
    public void close() {
        pccs.close();
    }
}
