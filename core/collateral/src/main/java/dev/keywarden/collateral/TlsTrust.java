package dev.keywarden.collateral;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Whom https services must be vouched for by. Collateral is signed, so TLS keeps private which platforms are asked about and
 * nothing else; a service with a certificate of its own is named by a file. The JDK's own TLS is named outright, because
 * its client checks names with it.
 */
final class TlsTrust {
    private TlsTrust() {}

    /**
     * Loads the anchors.
     *
     * @param caFile PEM certificates, or {@code null} for those the JDK trusts
     * @throws IllegalArgumentException if the file can't be used, saying why
     */
    static SSLContext load(@Nullable Path caFile) {
        try {
            TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX", "SunJSSE");
            trust.init(caFile == null ? null : anchorsOf(caFile));
            SSLContext context = SSLContext.getInstance("TLS", "SunJSSE");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("TLS can't be set up: " + e.getMessage(), e);
        }
    }

    private static KeyStore anchorsOf(Path file) throws GeneralSecurityException {
        KeyStore anchors = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            anchors.load(null, null);
            for (Certificate anchor :
                    CertificateFactory.getInstance("X.509", "SUN").generateCertificates(in)) {
                anchors.setCertificateEntry("anchor-" + anchors.size(), anchor);
            }
        } catch (IOException | CertificateException e) {
            throw new IllegalArgumentException(file + " can't be read as PEM certificates (" + e.getMessage() + ")", e);
        }
        if (anchors.size() == 0) {
            throw new IllegalArgumentException(file + " holds no certificate");
        }
        return anchors;
    }
}
