package dev.keywarden.rpc;

/**
 * What the JDK's TLS reads from system properties when it is first used in a process. Values that someone set are left alone.
 *
 * <p>Process-wide settings made by a library are a nuisance; there is no other way to make SunJSSE take a handshake message
 * of more than 32 KiB, and certificates with evidence are longer. A launcher that sets the same properties on the command
 * line makes this class superfluous.
 */
public final class JsseSettings {
    /** What a certificate message may be long: chains of up to 100 KiB and their framing. */
    private static final int HANDSHAKE_MESSAGE_BYTES = 104 * 1024;

    private JsseSettings() {}

    /** Makes the settings; without effect once the process has made a TLS connection. */
    public static void apply() {
        setIfAbsent("jdk.tls.maxHandshakeMessageSize", Integer.toString(HANDSHAKE_MESSAGE_BYTES));
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
