package dev.keywarden.plugin.tdx;

import dev.keywarden.collateral.CacheRules;
import dev.keywarden.collateral.CollateralFile;
import dev.keywarden.collateral.CollateralService;
import dev.keywarden.collateral.CollateralSource;
import dev.keywarden.collateral.CollateralStore;
import dev.keywarden.collateral.HttpFetcher;
import dev.keywarden.collateral.ServiceAddress;
import dev.keywarden.collateral.SeveralSources;
import dev.keywarden.collateral.Update;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code [core.attestation.tdx.collateral]}: where collateral comes from and how long it is used.
 *
 * @param urls services, asked in order; by default {@code PCCS_URL}, or Intel's own; an empty list for none, which leaves
 *     what was imported
 * @param file collateral in a file, in place of services
 * @param agree how many of the services must give the same evaluation numbers; 1 by default
 * @param update {@code standard} or {@code early}; the former by default
 * @param rootCrlUrl where the root's CRL is; by default where the service has it
 * @param caFile PEM certificates that may vouch for the services, in place of those the JDK trusts
 * @param timeout for one service; 5 s by default
 * @param totalTimeout for all services; 15 s by default
 * @param refresh after how long collateral is fetched anew, in the background; 24 h by default
 * @param stale how long after its end collateral is still used while no service gives other; 0 by default: not at all
 */
record CollateralTable(
        @Nullable List<String> urls,
        @Nullable Path file,
        @Nullable Integer agree,
        @Nullable Update update,
        @Nullable String rootCrlUrl,
        @Nullable Path caFile,
        @Nullable Duration timeout,
        @Nullable Duration totalTimeout,
        @Nullable Duration refresh,
        @Nullable Duration stale) {
    static final CollateralTable DEFAULT =
            new CollateralTable(null, null, null, null, null, null, null, null, null, null);

    static final int DEFAULT_AGREE = 1;
    static final String DEFAULT_UPDATE = "standard";
    static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(5);
    static final Duration DEFAULT_TOTAL_TIMEOUT = CacheRules.DEFAULT.fetchTimeout();

    private static final Duration LONGEST_STALE = Duration.ofDays(30);

    CollateralTable {
        urls = urls == null ? null : List.copyOf(urls);
        if (urls != null) {
            urls.forEach(url -> checkUrl("collateral.urls", url));
        }
        if (rootCrlUrl != null) {
            checkUrl("collateral.root_crl_url", rootCrlUrl);
        }
        if (file != null && urls != null && !urls.isEmpty()) {
            throw new IllegalArgumentException("collateral.file and collateral.urls are both set; leave one out");
        }
        int services = urls == null ? 1 : urls.size();
        if (agree != null && (agree < 1 || agree > services)) {
            throw new IllegalArgumentException(
                    "collateral.agree must be 1 to the number of collateral.urls, not " + agree);
        }
        check("collateral.timeout", timeout, Duration.ofMinutes(1));
        check("collateral.total_timeout", totalTimeout, Duration.ofMinutes(5));
        check("collateral.refresh", refresh, LONGEST_STALE);
        if (stale != null && (stale.isNegative() || stale.compareTo(LONGEST_STALE) > 0)) {
            throw new IllegalArgumentException("collateral.stale must be at most 30d");
        }
    }

    private static void checkUrl(String key, String url) {
        try {
            ServiceAddress.parse(url);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(key + ": " + e.getMessage(), e);
        }
    }

    private static void check(String key, @Nullable Duration value, Duration longest) {
        if (value != null && (value.toMillis() < 1 || value.compareTo(longest) > 0)) {
            throw new IllegalArgumentException(key + " must be 1ms to " + longest.toSeconds() + "s");
        }
    }

    Update publication() {
        return update == null ? Update.valueOf(DEFAULT_UPDATE.toUpperCase(Locale.ROOT)) : update;
    }

    /** The services to ask, possibly none. */
    List<ServiceAddress> services(Map<String, String> environment) {
        if (file != null) {
            return List.of();
        }
        if (urls != null) {
            return urls.stream().map(ServiceAddress::parse).toList();
        }
        String fromEnvironment = environment.getOrDefault("PCCS_URL", "");
        return List.of(fromEnvironment.isEmpty() ? ServiceAddress.INTEL : ServiceAddress.parse(fromEnvironment));
    }

    /** The source of all collateral. */
    CollateralSource source(Map<String, String> environment, HttpFetcher http, CollateralStore store) {
        if (file != null) {
            return new CollateralFile(file);
        }
        List<CollateralSource> services = services(environment).stream()
                .<CollateralSource>map(address ->
                        new CollateralService(address, rootCrlUrl, http, timeout == null ? DEFAULT_TIMEOUT : timeout))
                .toList();
        return services.isEmpty() ? store : new SeveralSources(services, agree == null ? DEFAULT_AGREE : agree);
    }

    CacheRules rules(Map<String, String> environment) {
        CacheRules base = services(environment).isEmpty() ? CacheRules.LOCAL : CacheRules.DEFAULT;
        return new CacheRules(
                refresh == null ? base.refresh() : refresh,
                stale == null ? base.stale() : stale,
                totalTimeout == null ? DEFAULT_TOTAL_TIMEOUT : totalTimeout,
                base.maxSets(),
                base.guardRollback());
    }
}
