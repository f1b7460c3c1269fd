package dev.keywarden.server;

/** Whose TLS a server uses. */
public enum TlsProvider {
    /** BoringSSL if its library can be loaded, otherwise {@link #JDK}. */
    NATIVE_IF_POSSIBLE,
    /** The JDK's own; about six times the CPU time for each new connection. */
    JDK
}
