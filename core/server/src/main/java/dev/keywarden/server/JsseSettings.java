package dev.keywarden.server;

/**
 * What the JDK's TLS reads from system properties when it is first used. Values that someone set are left alone.
 *
 * <p>Process-wide settings in a library are a nuisance; there is no other way to make SunJSSE take a handshake message of
 * more than 32 KiB. A launcher that sets the same properties makes this class superfluous.
 */
final class JsseSettings {
    /** Room for the framing of a certificate message. */
    private static final int FRAMING_BYTES = 4096;

    private JsseSettings() {}

    static void apply(int certificateChainBytes) {
        setIfAbsent("jdk.tls.maxHandshakeMessageSize", Integer.toString(certificateChainBytes + FRAMING_BYTES));
        setIfAbsent("jdk.tls.server.enableSessionTicketExtension", "false");
        setIfAbsent("jdk.tls.server.newSessionTicketCount", "0");
        setIfAbsent("jdk.tls.rejectClientInitiatedRenegotiation", "true");
    }

    private static void setIfAbsent(String name, String value) {
        if (System.getProperty(name) == null) {
            System.setProperty(name, value);
        }
    }
}
