package dev.keywarden.rpc;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/** Issues server certificates with whatever is to be wrong with them. */
final class TestAuthority {
    private static final Instant NOT_BEFORE = Instant.parse("1975-01-01T00:00:00Z");
    private static final Instant NOT_AFTER = Instant.parse("2049-01-01T00:00:00Z");
    private static final X500Name NAME = new X500Name("CN=Test KMS CA");

    private final KeyPair keys = keyPair();
    private final X509Certificate certificate;

    TestAuthority() {
        JcaX509v3CertificateBuilder builder = builder(NAME, keys, NOT_AFTER);
        certificate = sign(with(builder, Extension.basicConstraints, new BasicConstraints(1)));
    }

    /** A certificate and its key. */
    record Leaf(X509Certificate certificate, KeyPair keys) {}

    String pem() throws Exception {
        return "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate.getEncoded())
                + "\n-----END CERTIFICATE-----\n";
    }

    /** For localhost and 127.0.0.1. */
    Leaf server(@Nullable String usage) {
        return server(
                usage,
                NOT_AFTER,
                new GeneralName(GeneralName.dNSName, "localhost"),
                new GeneralName(GeneralName.iPAddress, "127.0.0.1"));
    }

    Leaf expiredServer() {
        return server("kms:rpc", NOT_BEFORE.plusSeconds(1), new GeneralName(GeneralName.iPAddress, "127.0.0.1"));
    }

    Leaf server(@Nullable String usage, GeneralName... names) {
        return server(usage, NOT_AFTER, names);
    }

    /** With as much in its evidence extension as makes it this long or a little longer. */
    Leaf client(int sizeBytes) {
        KeyPair leaf = keyPair();
        return new Leaf(
                sign(with(
                        builder(new X500Name("CN=client"), leaf, NOT_AFTER),
                        new ASN1ObjectIdentifier("1.3.6.1.4.1.62397.1.8"),
                        new DEROctetString(new byte[sizeBytes]))),
                leaf);
    }

    private Leaf server(@Nullable String usage, Instant notAfter, GeneralName... names) {
        KeyPair leaf = keyPair();
        JcaX509v3CertificateBuilder builder = builder(new X500Name("CN=localhost"), leaf, notAfter);
        if (names.length > 0) {
            with(builder, Extension.subjectAlternativeName, new GeneralNames(names));
        }
        if (usage != null) {
            with(
                    builder,
                    new ASN1ObjectIdentifier("1.3.6.1.4.1.62397.1.4"),
                    new DEROctetString(usage.getBytes(StandardCharsets.US_ASCII)));
        }
        return new Leaf(sign(builder), leaf);
    }

    private static JcaX509v3CertificateBuilder builder(X500Name subject, KeyPair subjectKeys, Instant notAfter) {
        return new JcaX509v3CertificateBuilder(
                NAME,
                BigInteger.valueOf(System.nanoTime()),
                Date.from(NOT_BEFORE),
                Date.from(notAfter),
                subject,
                subjectKeys.getPublic());
    }

    private static JcaX509v3CertificateBuilder with(
            JcaX509v3CertificateBuilder builder, ASN1ObjectIdentifier extension, ASN1Encodable value) {
        try {
            builder.addExtension(extension, false, value);
            return builder;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private X509Certificate sign(JcaX509v3CertificateBuilder builder) {
        try {
            byte[] der = builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate()))
                    .getEncoded();
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyPair keyPair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
