package dev.keywarden.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/**
 * The same guide, with the software TEE's evidence verified by the plugin for hardware: its root is an insecure trust anchor, and
 * every node fetches collateral from a service of that TEE.
 */
@Tag("blackbox")
final class GatesByTdxTest extends GatesGuideTest {
    private static SoftwareCollateral collateral;

    @BeforeAll
    static void serveCollateral() throws IOException {
        collateral = new SoftwareCollateral();
    }

    @Override
    GatedNode start(Path folder, String instanceId, String onboardLines) {
        return GatedNode.start(folder, instanceId, onboardLines, collateral::verify);
    }

    @AfterAll
    static void nodesFetchedCollateral() {
        collateral.close();
        for (String document : List.of("/tdx/certification/v4/tcb?", "/tdx/certification/v4/qe/identity", "/pckcrl?")) {
            assertThat(collateral.service().requestsFor(document)).as(document).isGreaterThan(1);
        }
    }
}
