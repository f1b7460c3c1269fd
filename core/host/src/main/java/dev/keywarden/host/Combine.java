package dev.keywarden.host;

/** How the answers of a chain become one decision. */
public enum Combine {
    /** Every authorizer must allow; the first deny ends it; abstentions do not count. */
    ALL,
    /** The first authorizer that does not abstain decides. */
    FIRST
}
