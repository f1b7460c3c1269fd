package dev.keywarden.plugin.allowlist;

import dev.keywarden.spi.AuthorizationRequest;
import dev.keywarden.spi.BootInfo;
import dev.keywarden.spi.Subject;
import dev.keywarden.testkit.BootInfoBuilder;
import dev.keywarden.testkit.Requests;
import java.util.List;

/** One machine and the list that allows it; each hash is one byte repeated. */
final class BootInfos {
    static final String IMAGE = "0b".repeat(32);
    static final String MEASUREMENT = "aa".repeat(32);
    static final String APP = "22".repeat(20);
    static final String COMPOSE = "bb".repeat(32);
    static final String DEVICE = "dd".repeat(32);

    /** Allows the boot info below, as a KMS and as an app. */
    static final String ALLOWING = """
            {
              "gatewayAppId": "0x1111111111111111111111111111111111111111",
              "osImages": ["0x%s"],
              "kms": {"mrAggregated": ["0x%s"], "devices": ["0x%s"]},
              "apps": {"0x%s": {"composeHashes": ["0x%s"], "devices": ["0x%s"]}}
            }
            """.formatted(IMAGE, MEASUREMENT, DEVICE, APP, COMPOSE, DEVICE);

    private BootInfos() {}

    static BootInfo bootInfo() {
        return bootInfo(IMAGE, MEASUREMENT, APP, COMPOSE, DEVICE, "UpToDate", List.of());
    }

    static BootInfo bootInfo(
            String osImageHash,
            String mrAggregated,
            String appId,
            String composeHash,
            String deviceId,
            String tcbStatus,
            List<String> advisoryIds) {
        return BootInfoBuilder.machine()
                .osImageHash(osImageHash)
                .mrAggregated(mrAggregated)
                .appId(appId)
                .composeHash(composeHash)
                .deviceId(deviceId)
                .tcbStatus(tcbStatus)
                .advisoryIds(advisoryIds)
                .build();
    }

    static AuthorizationRequest app() {
        return Requests.app(bootInfo());
    }

    static AuthorizationRequest kms() {
        return Requests.about(Subject.SELF, bootInfo());
    }
}
