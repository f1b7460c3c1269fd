package dev.keywarden.keys;

import dev.keywarden.spi.Bytes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.util.IPAddress;

/** A key that signs certificates, and the name it signs them in (wire protocol, section 7.7). */
public final class CertificateAuthority {
    private static final Instant DEFAULT_NOT_BEFORE = Instant.parse("1975-01-01T00:00:00Z");
    private static final Duration DEFAULT_LIFETIME = Duration.ofDays(3650);
    private static final int ID_BYTES = 20;

    // The reference encodes nine significant bits, which is not DER but part of what its certificates look like.
    private static final byte[] LEAF_KEY_USAGE = {3, 3, 7, (byte) 0x80, 0};
    private static final byte[] CA_KEY_USAGE = {3, 3, 7, (byte) 0x86, 0};

    private final P256Key key;
    private final X500Name name;

    private CertificateAuthority(P256Key key, X500Name name) {
        this.key = key;
        this.name = name;
    }

    /**
     * Issues a certificate of a key for itself.
     *
     * @param now issue time; the certificate lasts ten years from it unless the profile says otherwise
     * @return PEM
     */
    public static String selfSigned(P256Key key, CertificateProfile profile, Instant now) {
        return named(key, profile).issue(profile, key.spki(), now);
    }

    /**
     * A CA with an existing certificate.
     *
     * @param certificatePem its certificate, whose subject becomes the issuer of what it signs
     * @throws KeyException if the certificate does not parse, or is of another key
     */
    public static CertificateAuthority of(P256Key key, String certificatePem) {
        X509Certificate certificate = parse(certificatePem);
        if (!Bytes.of(certificate.getPublicKey().getEncoded()).equals(key.spki())) {
            throw new KeyException("CA certificate does not match private key");
        }
        return new CertificateAuthority(
                key, X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded()));
    }

    /**
     * A CA whose certificate says, or is about to say, what a profile says.
     *
     * @param profile whose subject becomes the issuer of what it signs
     */
    static CertificateAuthority named(P256Key key, CertificateProfile profile) {
        return new CertificateAuthority(key, subject(profile));
    }

    /**
     * Reads a certificate.
     *
     * @throws KeyException if the text is not one certificate in PEM
     */
    public static X509Certificate parse(String pem) {
        byte[] der = Pem.decode(pem.getBytes(StandardCharsets.UTF_8), Pem.CERTIFICATE);
        ByteArrayInputStream in = new ByteArrayInputStream(der);
        try {
            X509Certificate certificate =
                    (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
            if (certificate.getEncoded().length != der.length) {
                throw new KeyException("there is something behind the certificate");
            }
            return certificate;
        } catch (CertificateException e) {
            throw new KeyException("the certificate does not parse", e);
        }
    }

    /**
     * Issues a certificate.
     *
     * @param subjectSpki SubjectPublicKeyInfo of the certified key
     * @param now issue time
     * @return PEM
     * @throws KeyException if the public key does not parse, or a name can't be written
     */
    public String issue(CertificateProfile profile, Bytes subjectSpki, Instant now) {
        SubjectPublicKeyInfo spki = publicKey(subjectSpki);
        X509v3CertificateBuilder builder = new X509v3CertificateBuilder(
                name,
                serial(spki),
                Date.from(profile.notBefore().orElse(DEFAULT_NOT_BEFORE)),
                Date.from(profile.notAfter().orElse(now.plus(DEFAULT_LIFETIME))),
                subject(profile),
                spki);
        try {
            addExtensions(builder, profile, subjectSpki);
            byte[] der = builder.build(new Signer(key)).getEncoded();
            return new String(Pem.encode(Pem.CERTIFICATE, der), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException("encoding to memory does not fail", e);
        }
    }

    /** The order of extensions is the reference's: names, usages, key id, constraints, then the protocol's own. */
    private static void addExtensions(X509v3CertificateBuilder builder, CertificateProfile profile, Bytes spki)
            throws IOException {
        if (!profile.subjectAltNames().isEmpty()) {
            builder.addExtension(Extension.subjectAlternativeName, false, altNames(profile.subjectAltNames()));
        }
        boolean leaf = profile.role() == CertificateProfile.Role.LEAF;
        builder.addExtension(Extension.keyUsage, true, leaf ? LEAF_KEY_USAGE : CA_KEY_USAGE);
        ASN1EncodableVector purposes = new ASN1EncodableVector();
        if (profile.serverAuth()) {
            purposes.add(KeyPurposeId.id_kp_serverAuth);
        }
        if (profile.clientAuth()) {
            purposes.add(KeyPurposeId.id_kp_clientAuth);
        }
        if (purposes.size() > 0) {
            builder.addExtension(Extension.extendedKeyUsage, false, new DERSequence(purposes));
        }
        if (!leaf) {
            byte[] keyId = Arrays.copyOf(Sha256.of(spki.toArray()), ID_BYTES);
            builder.addExtension(Extension.subjectKeyIdentifier, false, new DEROctetString(keyId));
            int pathLength = profile.role() == CertificateProfile.Role.ROOT_CA ? 1 : 0;
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(pathLength));
        }
        for (CertificateExtension extension : profile.extensions()) {
            byte[] content = extension.content().toArray();
            builder.addExtension(new ASN1ObjectIdentifier(extension.oid()), false, new DEROctetString(content));
        }
    }

    private static GeneralNames altNames(List<String> names) {
        return new GeneralNames(
                names.stream().map(CertificateAuthority::altName).toArray(GeneralName[]::new));
    }

    /** The field is ASCII: another character would be written as something else. */
    private static GeneralName altName(String name) {
        if (name.isEmpty() || name.chars().anyMatch(character -> character <= ' ' || character > '~')) {
            throw new KeyException("a subject alternative name must be a DNS name or an address in ASCII");
        }
        return new GeneralName(IPAddress.isValid(name) ? GeneralName.iPAddress : GeneralName.dNSName, name);
    }

    private static SubjectPublicKeyInfo publicKey(Bytes der) {
        if (der.isEmpty()) {
            throw new KeyException("the public key to certify does not parse");
        }
        try {
            return SubjectPublicKeyInfo.getInstance(ASN1Primitive.fromByteArray(der.toArray()));
        } catch (IOException | IllegalArgumentException e) {
            throw new KeyException("the public key to certify does not parse", e);
        }
    }

    /** Values are encoded here, because as text a leading # or \ would mean something to the library. */
    private static X500Name subject(CertificateProfile profile) {
        X500NameBuilder builder = new X500NameBuilder(BCStyle.INSTANCE);
        profile.organization().ifPresent(organization -> builder.addRDN(BCStyle.O, new DERUTF8String(organization)));
        return builder.addRDN(BCStyle.CN, new DERUTF8String(profile.commonName()))
                .build();
    }

    /** A function of the key: the first 20 bytes of the hash of its point, made positive. */
    private static BigInteger serial(SubjectPublicKeyInfo spki) {
        byte[] id = Arrays.copyOf(Sha256.of(spki.getPublicKeyData().getBytes()), ID_BYTES);
        id[0] &= 0x7F;
        return new BigInteger(1, id);
    }

    /** Collects what is to be signed and signs it with a key of ours. */
    private static final class Signer implements ContentSigner {
        private final ByteArrayOutputStream signed = new ByteArrayOutputStream();
        private final P256Key key;

        Signer(P256Key key) {
            this.key = key;
        }

        @Override
        public AlgorithmIdentifier getAlgorithmIdentifier() {
            return new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256);
        }

        @Override
        public OutputStream getOutputStream() {
            return signed;
        }

        @Override
        public byte[] getSignature() {
            return key.sign(signed.toByteArray());
        }
    }
}
