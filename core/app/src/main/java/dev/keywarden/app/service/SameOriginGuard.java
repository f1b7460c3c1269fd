package dev.keywarden.app.service;

import dev.keywarden.server.Page;
import dev.keywarden.server.RequestGuard;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Refuses what pages of other sites ask for with the browser of somebody who can reach this node.
 *
 * <p>The onboarding listener asks nobody for credentials, so any page that an operator opens could otherwise bootstrap the node
 * for a domain of its choice. Browsers name the page's origin in such requests ({@code Origin}, RFC 6454 section 7; {@code
 * Sec-Fetch-Site}, W3C Fetch Metadata, over HTTPS and to the own machine only); other clients send neither.
 */
final class SameOriginGuard implements RequestGuard {
    private static final int FORBIDDEN = 403;
    private static final Set<String> OWN_SITES = Set.of("", "same-origin", "none");
    private static final Page REFUSAL = new Page(
            FORBIDDEN,
            "application/json",
            "{\"error\":\"the request comes from a page of another origin than this node's."
                    + " Open the node's own page, or use the command line;"
                    + " a proxy in front of the node must pass the Host header on\"}");

    @Override
    public Optional<Page> refuse(Function<String, String> headers) {
        return isOwnOrigin(headers) && isOwnSite(headers) ? Optional.empty() : Optional.of(REFUSAL);
    }

    /** The scheme is left out: a proxy that ends TLS changes it. */
    private static boolean isOwnOrigin(Function<String, String> headers) {
        String origin = headers.apply("Origin");
        String host = headers.apply("Host").toLowerCase(Locale.ROOT);
        return origin.isEmpty()
                || (!host.isEmpty() && (origin.equals("http://" + host) || origin.equals("https://" + host)));
    }

    /** A link to this node's page, on whatever page it is, may be followed. */
    private static boolean isOwnSite(Function<String, String> headers) {
        return OWN_SITES.contains(headers.apply("Sec-Fetch-Site"))
                || headers.apply("Sec-Fetch-Mode").equals("navigate");
    }
}
