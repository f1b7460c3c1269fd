package dev.keywarden.server;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Certificates for tests, made when needed. */
final class TestCertificates {
    private static final ASN1ObjectIdentifier EVIDENCE = new ASN1ObjectIdentifier("1.3.6.1.4.1.62397.1.8");
    private static final Instant LONG_AGO = Instant.parse("1975-01-01T00:00:00Z");
    private static final Instant FAR_OFF = Instant.parse("2049-01-01T00:00:00Z");

    private TestCertificates() {}

    /** A certificate and its key. */
    record Identity(X509Certificate certificate, KeyPair keys) {
        TlsIdentity tls() {
            return new TlsIdentity(List.of(certificate), keys.getPrivate());
        }
    }

    static Identity named(String name) {
        return make("EC", "secp256r1", "SHA256withECDSA", name, 10, FAR_OFF, null);
    }

    /** Signed by itself, P-256, with as much filler in the evidence extension as makes it this long. */
    static Identity ofSize(int sizeBytes) {
        KeyPair keys = keys("EC", "secp256r1");
        int filler = Math.max(1, sizeBytes - 400);
        for (int attempt = 0; attempt < 50; attempt++) {
            Identity made = certify(keys, "SHA256withECDSA", "client", filler, FAR_OFF, null);
            int missing = sizeBytes - encoded(made.certificate()).length;
            if (missing == 0) {
                return made;
            }
            filler += missing;
        }
        throw new IllegalStateException("no certificate of exactly " + sizeBytes + " bytes");
    }

    static Identity expired() {
        return make("EC", "secp256r1", "SHA256withECDSA", "expired", 10, LONG_AGO.plusSeconds(1), null);
    }

    static Identity issuedBy(Identity issuer) {
        return make("EC", "secp256r1", "SHA256withECDSA", "issued", 10, FAR_OFF, issuer);
    }

    static Identity rsa() {
        return make("RSA", "2048", "SHA256withRSA", "rsa", 10, FAR_OFF, null);
    }

    static Identity p384() {
        return make("EC", "secp384r1", "SHA384withECDSA", "p384", 10, FAR_OFF, null);
    }

    static Identity ed25519() {
        return make("Ed25519", "", "Ed25519", "ed25519", 10, FAR_OFF, null);
    }

    static byte[] encoded(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Identity make(
            String algorithm,
            String parameter,
            String signature,
            String name,
            int filler,
            Instant notAfter,
            @org.jspecify.annotations.Nullable Identity issuer) {
        return certify(keys(algorithm, parameter), signature, name, filler, notAfter, issuer);
    }

    private static Identity certify(
            KeyPair keys,
            String signature,
            String name,
            int filler,
            Instant notAfter,
            @org.jspecify.annotations.Nullable Identity issuer) {
        try {
            KeyPair signing = issuer == null ? keys : issuer.keys();
            X500Name subject = new X500Name("CN=" + name);
            X500Name by = issuer == null
                    ? subject
                    : new X500Name(
                            issuer.certificate().getSubjectX500Principal().getName());
            JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    by, BigInteger.TEN, Date.from(LONG_AGO), Date.from(notAfter), subject, keys.getPublic());
            builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(new GeneralName[] {
                new GeneralName(GeneralName.dNSName, "localhost"), new GeneralName(GeneralName.iPAddress, "127.0.0.1")
            }));
            builder.addExtension(EVIDENCE, false, new DEROctetString(new byte[filler]));
            byte[] der = builder.build(new JcaContentSignerBuilder(signature).build(signing.getPrivate()))
                    .getEncoded();
            X509Certificate certificate = (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
            return new Identity(certificate, keys);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyPair keys(String algorithm, String parameter) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            switch (algorithm) {
                case "RSA" -> generator.initialize(Integer.parseInt(parameter));
                case "EC" -> generator.initialize(new java.security.spec.ECGenParameterSpec(parameter));
                default -> {}
            }
            return generator.generateKeyPair();
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
