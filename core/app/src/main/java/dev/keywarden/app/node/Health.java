package dev.keywarden.app.node;

import dev.keywarden.server.Page;

/** What a probe gets from a node that answers, in both modes (wire protocol, section 13.2). */
final class Health {
    private Health() {}

    static Page page() {
        return Page.text("OK");
    }
}
