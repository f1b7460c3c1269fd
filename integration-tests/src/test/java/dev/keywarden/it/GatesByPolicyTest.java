package dev.keywarden.it;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;

/** The same guide, on nodes that the default policy governs. */
@Tag("blackbox")
final class GatesByPolicyTest extends GatesGuideTest {
    @Override
    GatedNode start(Path folder, String instanceId, String onboardLines) {
        return GatedNode.startWithPolicy(folder, instanceId, onboardLines);
    }

    @Override
    String notListed() {
        return super.notListed() + ". To solve it: add the node's measurement to the list kms_measurements";
    }
}
