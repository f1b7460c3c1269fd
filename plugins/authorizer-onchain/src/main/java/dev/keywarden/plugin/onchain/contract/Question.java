package dev.keywarden.plugin.onchain.contract;

import dev.keywarden.spi.BootInfo;
import dev.keywarden.spi.Subject;

/**
 * What a contract is asked about a machine.
 *
 * @param kms whether it wants to be a KMS, else whether it is an app that wants its keys
 * @param bootInfo the machine
 */
public record Question(boolean kms, BootInfo bootInfo) {
    /** The question of a gate. */
    public static Question about(Subject subject, BootInfo bootInfo) {
        return new Question(subject.isKms(), bootInfo);
    }

    /** Selector and arguments, {@code 0x} and hex. */
    public String calldata() {
        return KmsInterface.question(kms ? KmsInterface.IS_KMS_ALLOWED : KmsInterface.IS_APP_ALLOWED, bootInfo);
    }
}
