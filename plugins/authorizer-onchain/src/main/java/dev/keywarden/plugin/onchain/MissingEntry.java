package dev.keywarden.plugin.onchain;

import dev.keywarden.plugin.onchain.contract.Question;
import dev.keywarden.plugin.onchain.rpc.Address;
import dev.keywarden.spi.BootInfo;
import dev.keywarden.spi.Bytes;
import java.util.Arrays;
import java.util.Map;

/** Which entry of a contract is missing when it refuses in the words of this project's contracts and of the reference's. */
enum MissingEntry {
    OS_IMAGE("OS image is not allowed", "os-image", false),
    KMS_MEASUREMENT("Aggregated MR not allowed", "kms-aggregated-mr", false),
    KMS_DEVICE("KMS is not allowed to boot on this device", "kms-device", false),
    APP("App not registered", "registered-app", false),
    COMPOSE_HASH("Compose hash not allowed", "compose-hash", true),
    APP_DEVICE("Device not allowed", "device", true),
    UNKNOWN("", "", false);

    private final String words;
    private final String list;
    private final boolean ofApp;

    MissingEntry(String words, String list, boolean ofApp) {
        this.words = words;
        this.list = list;
        this.ofApp = ofApp;
    }

    private Bytes value(BootInfo machine) {
        return switch (this) {
            case OS_IMAGE -> machine.osImageHash();
            case KMS_MEASUREMENT -> machine.mrAggregated();
            case KMS_DEVICE, APP_DEVICE -> machine.deviceId();
            case APP -> machine.appId();
            case COMPOSE_HASH -> machine.composeHash();
            case UNKNOWN -> Bytes.EMPTY;
        };
    }

    static MissingEntry of(String words) {
        return Arrays.stream(values())
                .filter(entry -> entry.words.equals(words))
                .findFirst()
                .orElse(UNKNOWN);
    }

    /** What decided, and what its owner has to do, for decision records and whoever reads them. */
    Map<String, String> advice(Question question, Address kms) {
        String function = question.kms() ? "isKmsAllowed" : "isAppAllowed";
        String where = ofApp
                ? "the app's contract 0x" + question.bootInfo().appId().toHex()
                : "the contract " + kms.checksummed();
        String what = list.isEmpty()
                ? function + " of " + where + " must return true; its reason says what it misses"
                : "the owner of " + where + " must allow " + list + " 0x"
                        + value(question.bootInfo()).toHex() + "; `keywarden onchain simulate` tries it";
        return Map.of("decided_by", function + " of " + where, "to_allow", what);
    }
}
