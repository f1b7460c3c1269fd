package dev.keywarden.attestation;

import java.util.Arrays;
import java.util.Optional;

/** The platforms that envelopes can speak of (wire protocol, section 13.5), with the names of both envelopes. */
enum Platform {
    TDX(0, "dstack-tdx", "tdx"),
    GCP_TDX(1, "dstack-gcp-tdx", "gcp-tdx"),
    NITRO_ENCLAVE(2, "dstack-nitro-enclave", "nitro-enclave"),
    AMD_SEV_SNP(3, "dstack-amd-sev-snp", "sev-snp"),
    AWS_NITRO_TPM(4, "dstack-aws-nitro-tpm", "aws-nitro-tpm");

    private final int scaleIndex;
    private final String protocolName;
    private final String messagePackKind;

    Platform(int scaleIndex, String protocolName, String messagePackKind) {
        this.scaleIndex = scaleIndex;
        this.protocolName = protocolName;
        this.messagePackKind = messagePackKind;
    }

    static Optional<Platform> ofScaleIndex(int index) {
        return Arrays.stream(values())
                .filter(platform -> platform.scaleIndex == index)
                .findFirst();
    }

    static Optional<Platform> ofMessagePackKind(String kind) {
        return Arrays.stream(values())
                .filter(platform -> platform.messagePackKind.equals(kind))
                .findFirst();
    }

    /** The name in boot info and in evidence. */
    String protocolName() {
        return protocolName;
    }

    String messagePackKind() {
        return messagePackKind;
    }

    /** Which variant of the SCALE enum it is. */
    int scaleIndex() {
        return scaleIndex;
    }

    /** Only TDX envelopes are read; the others are known by name, so that the refusal can say what it met. */
    void requireUnderstood() {
        if (this != TDX) {
            throw new EnvelopeException("evidence of " + protocolName + " is not understood, only that of "
                    + TDX.protocolName + "; run the guest on a TDX machine");
        }
    }
}
