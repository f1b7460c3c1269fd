package dev.keywarden.plugin.allowlist;

import dev.keywarden.spi.AuthorizationRequest;
import dev.keywarden.spi.BootInfo;
import dev.keywarden.spi.Bytes;
import dev.keywarden.spi.Gate;
import dev.keywarden.spi.Subject;
import java.time.Instant;
import java.util.List;

/** Boot infos and requests for tests; each hash is one byte repeated. */
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
        return new BootInfo(
                "dstack-tdx",
                Bytes.fromHex(mrAggregated),
                Bytes.fromHex("cc".repeat(32)),
                Bytes.fromHex(osImageHash),
                Bytes.fromHex(appId),
                Bytes.fromHex(composeHash),
                Bytes.fromHex("33".repeat(20)),
                Bytes.fromHex(deviceId),
                Bytes.EMPTY,
                tcbStatus,
                advisoryIds);
    }

    static AuthorizationRequest request(Subject subject, BootInfo bootInfo) {
        return new AuthorizationRequest(
                Gate.RPC, "GetAppKey", subject, bootInfo, "mock", List.of(), "r-1", Instant.EPOCH, Instant.MAX);
    }

    static AuthorizationRequest app() {
        return request(Subject.APP, bootInfo());
    }

    static AuthorizationRequest kms() {
        return request(Subject.SELF, bootInfo());
    }
}
