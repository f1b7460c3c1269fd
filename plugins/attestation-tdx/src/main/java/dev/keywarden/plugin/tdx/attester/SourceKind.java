package dev.keywarden.plugin.tdx.attester;

/** What the setting {@code source} may say. */
public enum SourceKind {
    /** The first of the others that this machine has, in the order in which they stand here. */
    AUTO,
    /** The guest agent's socket. */
    AGENT,
    /** configfs-tsm. */
    CONFIGFS,
    /** Intel's library. */
    LIBRARY,
    /** The quote generation service on the host. */
    QUOTE_SERVICE,
    /** The guest driver's device alone. */
    DEVICE
}
