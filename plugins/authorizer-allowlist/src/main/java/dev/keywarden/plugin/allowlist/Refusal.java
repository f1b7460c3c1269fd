package dev.keywarden.plugin.allowlist;

import dev.keywarden.spi.BootInfo;
import dev.keywarden.spi.Bytes;
import dev.keywarden.spi.Decision;
import java.util.Map;

/** The checks that can fail, with the words of the reference's newer revision (wire protocol, section 4.5). */
enum Refusal {
    TCB_STATUS("tcb_status_not_allowed", "TCB status is not allowed", "allowedTcbStatuses"),
    ADVISORY("advisory_not_allowed", "advisory ID is not allowed", "allowedAdvisoryIds"),
    OS_IMAGE("os_image_not_allowed", "OS image is not allowed", "osImages"),
    AGGREGATED_MR("aggregated_mr_not_allowed", "aggregated MR not allowed", "kms.mrAggregated"),
    KMS_DEVICE("kms_device_not_allowed", "KMS is not allowed to boot on this device", "kms.devices"),
    APP("app_not_registered", "app not registered", "apps"),
    COMPOSE_HASH("compose_hash_not_allowed", "compose hash not allowed", "apps.@.composeHashes"),
    APP_DEVICE("app_device_not_allowed", "app is not allowed to boot on this device", "apps.@.devices");

    private final String code;
    private final String message;
    private final String list;

    /** @param list where the file has the list in which the machine is missing; {@code @} stands for the app's id */
    Refusal(String code, String message, String list) {
        this.code = "allowlist." + code;
        this.message = message;
        this.list = list;
    }

    /** What is missing in the list. */
    private String entry(BootInfo machine) {
        return switch (this) {
            case TCB_STATUS -> machine.tcbStatus();
            case ADVISORY -> String.join("\" and \"", machine.advisoryIds());
            case OS_IMAGE -> hex(machine.osImageHash());
            case AGGREGATED_MR -> hex(machine.mrAggregated());
            case KMS_DEVICE, APP_DEVICE -> hex(machine.deviceId());
            case APP -> hex(machine.appId());
            case COMPOSE_HASH -> hex(machine.composeHash());
        };
    }

    private static String hex(Bytes value) {
        return "0x" + value.toHex();
    }

    Decision.Reason reason() {
        return new Decision.Reason(code, message);
    }

    /**
     * Which list decided, and what to write there, for decision records and whoever reads them.
     *
     * @param file the allowlist
     */
    Map<String, String> advice(BootInfo machine, String file) {
        String place = list.replace("@", hex(machine.appId()));
        return Map.of(
                "decided_by", place + " of " + file,
                "to_allow", "add \"" + entry(machine) + "\" to " + place + " of " + file);
    }
}
