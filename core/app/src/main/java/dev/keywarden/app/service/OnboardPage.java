package dev.keywarden.app.service;

import dev.keywarden.server.Page;

/** What a browser shows of a node without root keys. */
public final class OnboardPage {
    private static final String TEXT = """
            <!DOCTYPE html>
            <html lang="en">
            <head><meta charset="utf-8"><title>Keywarden: onboarding</title></head>
            <body>
            <h1>This node has no root keys yet</h1>
            <p>Make new ones for a domain, once:</p>
            <pre>curl -X POST 'http://HOST:PORT/prpc/Onboard.Bootstrap?json' -d '{"domain":"kms.example.com"}'</pre>
            <p>Then let it serve:</p>
            <pre>curl 'http://HOST:PORT/finish'</pre>
            </body>
            </html>
            """;

    private OnboardPage() {}

    /** The page. */
    public static Page render() {
        return Page.html(TEXT);
    }
}
