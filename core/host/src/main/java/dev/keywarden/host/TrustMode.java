package dev.keywarden.host;

/** What an archive needs in order to be loaded. */
public enum TrustMode {
    /** Its SHA-256 is pinned by the configuration or by the distribution. */
    PINNED,
    /** It is pinned, or enough configured keys signed it and it is not older than what ran before. */
    SIGNED,
    /** Nothing; for development. */
    ANY
}
