package dev.keywarden.plugin.webhook;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Whom an https webhook must be vouched for by.
 *
 * <p>The JDK's own TLS is named outright: the checks of names and chains below are written for it, and whatever other
 * provider the host has installed might do them otherwise.
 */
final class TlsTrust {
    private final SSLContext context;

    private TlsTrust(SSLContext context) {
        this.context = context;
    }

    /**
     * Loads the anchors.
     *
     * @param caFile PEM certificates, or null for those the JDK trusts
     * @throws IllegalArgumentException if the file can't be used, saying why
     */
    static TlsTrust load(@Nullable Path caFile) {
        try {
            TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX", "SunJSSE");
            trust.init(caFile == null ? null : anchors(caFile));
            SSLContext context = SSLContext.getInstance("TLS", "SunJSSE");
            context.init(null, trust.getTrustManagers(), null);
            return new TlsTrust(context);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("TLS can't be set up: " + e.getMessage(), e);
        }
    }

    private static KeyStore anchors(Path caFile) throws GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream pem = Files.newInputStream(caFile)) {
            Collection<? extends Certificate> certificates =
                    CertificateFactory.getInstance("X.509", "SUN").generateCertificates(pem);
            if (certificates.isEmpty()) {
                throw new IllegalArgumentException("ca_file " + caFile + " holds no certificate");
            }
            store.load(null, null);
            int number = 0;
            for (Certificate certificate : certificates) {
                store.setCertificateEntry("ca-" + number++, certificate);
            }
            return store;
        } catch (IOException e) {
            throw new IllegalArgumentException("ca_file " + caFile + " can't be read", e);
        } catch (CertificateException e) {
            throw new IllegalArgumentException("ca_file " + caFile + " does not hold PEM certificates", e);
        }
    }

    /** Does the handshake over a connection and checks that the certificate is for this host. */
    SSLSocket handshake(Socket plain, String host, int port) throws IOException {
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, host, port, true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }
}
