package dev.keywarden.plugin.allowlist;

import dev.keywarden.spi.Decision;

/** The checks that can fail, with the words of the reference's newer revision (wire protocol, section 4.5). */
enum Refusal {
    TCB_STATUS("tcb_status_not_allowed", "TCB status is not allowed"),
    ADVISORY("advisory_not_allowed", "advisory ID is not allowed"),
    OS_IMAGE("os_image_not_allowed", "OS image is not allowed"),
    AGGREGATED_MR("aggregated_mr_not_allowed", "aggregated MR not allowed"),
    KMS_DEVICE("kms_device_not_allowed", "KMS is not allowed to boot on this device"),
    APP("app_not_registered", "app not registered"),
    COMPOSE_HASH("compose_hash_not_allowed", "compose hash not allowed"),
    APP_DEVICE("app_device_not_allowed", "app is not allowed to boot on this device");

    private final String code;
    private final String message;

    Refusal(String code, String message) {
        this.code = "allowlist." + code;
        this.message = message;
    }

    Decision.Reason reason() {
        return new Decision.Reason(code, message);
    }
}
