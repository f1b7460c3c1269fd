package dev.keywarden.app.service;

import dev.keywarden.server.Page;
import dev.keywarden.server.Site;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * What a browser shows of a node without root keys: a page on which a person bootstraps or onboards it (wire protocol, section
 * 10.1).
 *
 * <p>The page is static and made of files in this package's folder {@code onboarding}. It calls the node's own methods, so it
 * can do nothing that the command line can't, and it needs nothing from elsewhere.
 */
public final class OnboardPage {
    private static final String FOLDER = "onboarding/";
    private static final String HTML = "page.html";
    private static final int OK = 200;

    /** What the page loads, and as what. */
    private static final Map<String, String> PARTS = Map.of(
            "page.css", "text/css; charset=utf-8",
            "page.js", "text/javascript; charset=utf-8",
            "advice.js", "text/javascript; charset=utf-8",
            "icon.svg", "image/svg+xml");

    /**
     * Allows a browser to load and call this node, and nothing else: no script that is not one of its files, no markup made
     * from text, no page around it.
     */
    private static final String CONTENT_SECURITY_POLICY = String.join(
            "; ",
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self'",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'");

    private OnboardPage() {}

    /**
     * Adds the page to a listener, headers to all of its answers, and a guard against the pages of others.
     *
     * <p>{@code x-content-type-options} is in every answer of the server anyway.
     */
    public static Site.Builder addTo(Site.Builder site) {
        Page page = Page.html(read(HTML));
        site.page("/", () -> page);
        PARTS.forEach((name, contentType) -> {
            Page part = new Page(OK, contentType, read(name));
            site.page("/" + FOLDER + name, () -> part);
        });
        return site.guard(new SameOriginGuard())
                .header("content-security-policy", CONTENT_SECURITY_POLICY)
                .header("referrer-policy", "no-referrer")
                .header("cache-control", "no-store");
    }

    private static String read(String name) {
        try (InputStream file = OnboardPage.class.getResourceAsStream(FOLDER + name)) {
            if (file == null) {
                throw new FileNotFoundException(FOLDER + name + " is missing in the application's archive");
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
