package dev.keywarden.attestation;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;

/** Files beside the tests that the reference implementation wrote. */
final class Recordings {
    private Recordings() {}

    static byte[] bytes(String name) {
        try (InputStream in = Recordings.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalArgumentException("no recording " + name);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static X509Certificate certificate(String name) {
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(bytes(name)));
        } catch (CertificateException e) {
            throw new IllegalArgumentException(name, e);
        }
    }
}
