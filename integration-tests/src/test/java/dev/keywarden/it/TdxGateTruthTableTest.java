package dev.keywarden.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;

/** Every gate again, with the software TEE's evidence verified by the plugin for hardware, under its root and collateral. */
@Tag("blackbox")
final class TdxGateTruthTableTest extends GateTruthTableTest {
    private final SoftwareCollateral collateral = new SoftwareCollateral();

    TdxGateTruthTableTest() throws IOException {}

    @Override
    TestNode.Configuration verifying(TestNode.Configuration configuration) throws IOException {
        return collateral.verify(configuration);
    }

    @AfterEach
    void wasAskedForCollateral() {
        collateral.close();
        // Nodes that neither attest themselves nor were shown evidence need none.
        assertThat(collateral.service().requests()).allMatch(path -> path.contains("/certification/v4/"));
    }
}
