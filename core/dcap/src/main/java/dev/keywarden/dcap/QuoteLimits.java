package dev.keywarden.dcap;

/**
 * What a quote may look like before anything in it is believed (TDX fact sheet, sections 1.1, 1.2 and 1.5).
 *
 * @param maxBytes the longest quote in bytes, padding included; 32 KiB by default, a typical quote has 5 KiB
 * @param maxPaddingBytes how many zero bytes may follow the signature data; 4096 by default
 * @param minAuthenticationDataBytes shortest QE authentication data; 32 by default
 * @param maxAuthenticationDataBytes longest QE authentication data, at most 64; 32 by default
 * @param sgxAccepted whether version 3 quotes of SGX enclaves are taken; off by default
 * @param extendedReportAccepted whether body type 4 (extended TD report 1.5) is taken; off by default, since the policy
 *     for migrated TDs is not settled
 */
public record QuoteLimits(
        int maxBytes,
        int maxPaddingBytes,
        int minAuthenticationDataBytes,
        int maxAuthenticationDataBytes,
        boolean sgxAccepted,
        boolean extendedReportAccepted) {

    /** Length of the shortest quote there can be, a version 3 quote with empty certification data. */
    public static final int MIN_BYTES = 1020;

    /** The defaults: TDX alone. */
    public static final QuoteLimits DEFAULT = new QuoteLimits(32 * 1024, 4096, 32, 32, false, false);

    public QuoteLimits {
        if (maxBytes < MIN_BYTES || maxPaddingBytes < 0) {
            throw new IllegalArgumentException(
                    "a limit of %d bytes with %d of padding lets no quote pass".formatted(maxBytes, maxPaddingBytes));
        }
        if (minAuthenticationDataBytes < 0
                || maxAuthenticationDataBytes < minAuthenticationDataBytes
                || maxAuthenticationDataBytes > 64) {
            throw new IllegalArgumentException(
                    "QE authentication data of %d to %d bytes: must be a range within 0 to 64"
                            .formatted(minAuthenticationDataBytes, maxAuthenticationDataBytes));
        }
    }

    /** The same with SGX quotes of version 3 accepted. */
    public QuoteLimits withSgx() {
        return new QuoteLimits(
                maxBytes,
                maxPaddingBytes,
                minAuthenticationDataBytes,
                maxAuthenticationDataBytes,
                true,
                extendedReportAccepted);
    }

    /** The same with the extended TD report accepted. */
    public QuoteLimits withExtendedReport() {
        return new QuoteLimits(
                maxBytes, maxPaddingBytes, minAuthenticationDataBytes, maxAuthenticationDataBytes, sgxAccepted, true);
    }
}
