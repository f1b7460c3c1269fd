package dev.keywarden.spi;

import org.jspecify.annotations.Nullable;

/**
 * Where an authorizer's authority comes from, shown to anyone in GetMeta (wire protocol, sections 2.1 and 4.4).
 *
 * @param gatewayAppId id of the gateway application, or {@code null}
 * @param kmsContractAddress address of the governing contract, or {@code null}
 * @param chainId id of the chain the contract lives on, zero or more, or {@code null}
 * @param appImplementation address of the application contract's implementation, or {@code null}
 */
public record AuthorityInfo(
        @Nullable String gatewayAppId,
        @Nullable String kmsContractAddress,
        @Nullable Long chainId,
        @Nullable String appImplementation) {

    /** Nothing to show. */
    public static final AuthorityInfo NONE = new AuthorityInfo(null, null, null, null);

    public AuthorityInfo {
        if (chainId != null && chainId < 0) {
            throw new IllegalArgumentException("chain id must not be negative, but is " + chainId);
        }
    }
}
