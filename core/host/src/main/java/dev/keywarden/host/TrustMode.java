package dev.keywarden.host;

/** What an archive needs in order to be loaded. */
public enum TrustMode {
    /** Its SHA-256 is pinned by the configuration or by the distribution. */
    PINNED,
    /** Nothing; for development. */
    ANY
}
