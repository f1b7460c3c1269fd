package dev.keywarden.dcap;

import org.jspecify.annotations.Nullable;

/**
 * What a PCK certificate says about its platform (TDX fact sheet, section 3).
 *
 * @param ppid the platform's id, 16 bytes; stable for its life and relevant to privacy: hash it before it is logged
 * @param components SVNs of the 16 components of the SGX TCB, one byte each
 * @param pceSvn SVN of the provisioning certification enclave, 0 to 65535
 * @param cpuSvn the processor's SVN, 16 bytes; equal to the components in Intel's encoding
 * @param pceId 2 bytes
 * @param fmspc family, model, stepping, platform type and custom SKU, 6 bytes; names the collateral
 * @param sgxType 0 standard, 1 scalable, 2 scalable with integrity
 * @param platformInstanceId 16 bytes, or {@code null} where the certificate has none (those of the Processor CA)
 * @param configuration or {@code null} where the certificate has none (those of the Processor CA)
 */
public record SgxExtension(
        ByteView ppid,
        ByteView components,
        int pceSvn,
        ByteView cpuSvn,
        ByteView pceId,
        ByteView fmspc,
        int sgxType,
        @Nullable ByteView platformInstanceId,
        @Nullable Configuration configuration) {

    /** How the platform was set up when it was registered. */
    public record Configuration(boolean dynamicPlatform, boolean cachedKeys, boolean smtEnabled) {}

    /** Leaves the platform's ids out. */
    @Override
    public String toString() {
        return "SgxExtension[fmspc=" + fmspc + ", pceId=" + pceId + ", pceSvn=" + pceSvn + ", components=" + components
                + ", sgxType=" + sgxType + "]";
    }
}
