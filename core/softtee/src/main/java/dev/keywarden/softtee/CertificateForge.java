package dev.keywarden.softtee;

import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERPrintableString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Time;

/**
 * Makes X.509 certificates (RFC 5280, section 4.1) of which every field can be chosen, right or wrong. The defaults of a
 * forge from {@link SoftwarePki} are right; tests turn one of them.
 */
public final class CertificateForge {
    /** ecdsa-with-SHA256. */
    public static final String ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2";

    /** ecdsa-with-SHA384, which no certificate of a PCK chain is signed with. */
    public static final String ECDSA_WITH_SHA384 = "1.2.840.10045.4.3.3";

    private static final int PEM_COLUMNS = 64;

    private final List<Extension> extensions = new ArrayList<>();
    private int version = 3;
    private String subject = "";
    private String issuer = "";
    private BigInteger serial = BigInteger.ONE;
    private Instant notBefore = Instant.EPOCH;
    private Instant notAfter = Instant.EPOCH;
    private byte[] publicKeyInfo = new byte[0];
    private String innerAlgorithm = ECDSA_WITH_SHA256;
    private String outerAlgorithm = ECDSA_WITH_SHA256;

    CertificateForge() {}

    /** Sets the version, 1 to 3. */
    public CertificateForge version(int number) {
        version = number;
        return this;
    }

    /** Sets the subject's common name; the rest of the name is Intel's. */
    public CertificateForge subject(String commonName) {
        subject = commonName;
        return this;
    }

    /** Sets the issuer's common name; the rest of the name is Intel's. */
    public CertificateForge issuer(String commonName) {
        issuer = commonName;
        return this;
    }

    /** Sets the serial number. */
    public CertificateForge serial(BigInteger number) {
        serial = number;
        return this;
    }

    /** Sets the first and the last second of validity. */
    public CertificateForge validity(Instant from, Instant until) {
        notBefore = from;
        notAfter = until;
        return this;
    }

    /** Sets the DER SubjectPublicKeyInfo. */
    public CertificateForge publicKeyInfo(byte[] der) {
        publicKeyInfo = der.clone();
        return this;
    }

    /** Sets the algorithm inside the signed part, which is also the one signed with. */
    public CertificateForge innerAlgorithm(String oid) {
        innerAlgorithm = oid;
        return this;
    }

    /** Sets the algorithm named beside the signature. */
    public CertificateForge outerAlgorithm(String oid) {
        outerAlgorithm = oid;
        return this;
    }

    /** Adds an extension after the others, even one that is there already. */
    public CertificateForge extension(String oid, boolean critical, byte[] value) {
        extensions.add(new Extension(new ASN1ObjectIdentifier(oid), critical, new DEROctetString(value)));
        return this;
    }

    /** Leaves an extension out. */
    public CertificateForge withoutExtension(String oid) {
        extensions.removeIf(extension -> extension.getExtnId().getId().equals(oid));
        return this;
    }

    /** Puts another value into an extension's place, or adds it. */
    public CertificateForge replaceExtension(String oid, boolean critical, byte[] value) {
        return withoutExtension(oid).extension(oid, critical, value);
    }

    /** Signs and encodes. */
    public byte[] encode(SoftwareKey signer) {
        DERSequence signedPart = signedPart();
        byte[] signature = signer.signDer(digest(Der.encode(signedPart)));
        ASN1EncodableVector certificate = new ASN1EncodableVector(3);
        certificate.add(signedPart);
        certificate.add(algorithm(outerAlgorithm));
        certificate.add(new DERBitString(signature));
        return Der.encode(new DERSequence(certificate));
    }

    /** One certificate in PEM armour, lines of 64 characters, each ended by a line feed. */
    public static String pem(byte[] certificate) {
        byte[] lineFeed = {'\n'};
        return "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder(PEM_COLUMNS, lineFeed).encodeToString(certificate)
                + "\n-----END CERTIFICATE-----\n";
    }

    private DERSequence signedPart() {
        ASN1EncodableVector validity = new ASN1EncodableVector(2);
        validity.add(new Time(Date.from(notBefore)));
        validity.add(new Time(Date.from(notAfter)));
        ASN1EncodableVector part = new ASN1EncodableVector();
        if (version > 1) {
            part.add(new DERTaggedObject(true, 0, new ASN1Integer(version - 1L)));
        }
        part.add(new ASN1Integer(serial));
        part.add(algorithm(innerAlgorithm));
        part.add(name(issuer));
        part.add(new DERSequence(validity));
        part.add(name(subject));
        part.add(Der.decode(publicKeyInfo));
        if (!extensions.isEmpty()) {
            part.add(new DERTaggedObject(true, 3, new DERSequence(extensions.toArray(Extension[]::new))));
        }
        return new DERSequence(part);
    }

    private static AlgorithmIdentifier algorithm(String oid) {
        return new AlgorithmIdentifier(new ASN1ObjectIdentifier(oid));
    }

    /** A name as Intel writes it: CN, O, L, ST, C as printable strings, one attribute per set. */
    static DERSequence name(String commonName) {
        String[][] attributes = {
            {"2.5.4.3", commonName},
            {"2.5.4.10", "Intel Corporation"},
            {"2.5.4.7", "Santa Clara"},
            {"2.5.4.8", "CA"},
            {"2.5.4.6", "US"}
        };
        ASN1EncodableVector name = new ASN1EncodableVector(attributes.length);
        for (String[] attribute : attributes) {
            ASN1EncodableVector pair = new ASN1EncodableVector(2);
            pair.add(new ASN1ObjectIdentifier(attribute[0]));
            pair.add(new DERPrintableString(attribute[1]));
            name.add(new DERSet(new DERSequence(pair)));
        }
        return new DERSequence(name);
    }

    private byte[] digest(byte[] signedPart) {
        String hash = innerAlgorithm.equals(ECDSA_WITH_SHA384) ? "SHA-384" : "SHA-256";
        try {
            return MessageDigest.getInstance(hash).digest(signedPart);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has " + hash, e);
        }
    }
}
