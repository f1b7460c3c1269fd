package dev.keywarden.softtee;

import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Enumerated;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Time;
import org.jspecify.annotations.Nullable;

/**
 * Makes lists of revoked certificates (RFC 5280, section 5) of which every field can be chosen, right or wrong. The defaults
 * of a forge from {@link SoftwarePki} are right; tests turn one of them.
 */
public final class CrlForge {
    /** OID of the CRL number. */
    public static final String CRL_NUMBER = "2.5.29.20";

    /** OID of an entry's reason. */
    private static final String REASON = "2.5.29.21";

    private final List<DERSequence> entries = new ArrayList<>();
    private final List<Extension> extensions = new ArrayList<>();
    private int version = 2;
    private String issuer = "";
    private Instant thisUpdate = Instant.EPOCH;
    private @Nullable Instant nextUpdate = Instant.EPOCH;
    private SoftwareKey signer;

    CrlForge(SoftwareKey signer) {
        this.signer = signer;
    }

    /** Sets the version, 1 or 2; a list of version 1 has no extensions. */
    public CrlForge version(int number) {
        version = number;
        return this;
    }

    /** Sets the issuer's common name; the rest of the name is Intel's. */
    public CrlForge issuer(String commonName) {
        issuer = commonName;
        return this;
    }

    /** Has another key sign. */
    public CrlForge signer(SoftwareKey key) {
        signer = key;
        return this;
    }

    /** Sets when the list was made and when it lapses, which may be left out. */
    public CrlForge window(Instant from, @Nullable Instant end) {
        thisUpdate = from;
        nextUpdate = end;
        return this;
    }

    /** Adds an entry. */
    public CrlForge revoke(BigInteger serial) {
        entries.add(new DERSequence(fields(serial)));
        return this;
    }

    /** Adds many entries. */
    public CrlForge revokeAll(Collection<BigInteger> serials) {
        serials.forEach(this::revoke);
        return this;
    }

    /** Adds an entry with a reason (RFC 5280, section 5.3.1). */
    public CrlForge revoke(BigInteger serial, int reason) {
        ASN1EncodableVector fields = fields(serial);
        Extension extension = new Extension(
                new ASN1ObjectIdentifier(REASON), false, new DEROctetString(Der.encode(new ASN1Enumerated(reason))));
        fields.add(new DERSequence(extension));
        entries.add(new DERSequence(fields));
        return this;
    }

    /** Adds an extension after the others. */
    public CrlForge extension(String oid, boolean critical, byte[] value) {
        extensions.add(new Extension(new ASN1ObjectIdentifier(oid), critical, new DEROctetString(value)));
        return this;
    }

    /** Leaves an extension out. */
    public CrlForge withoutExtension(String oid) {
        extensions.removeIf(extension -> extension.getExtnId().getId().equals(oid));
        return this;
    }

    /** Signs and encodes. */
    public byte[] encode() {
        DERSequence signedPart = signedPart();
        byte[] signature = signer.signDer(SoftwareKey.sha256().digest(Der.encode(signedPart)));
        ASN1EncodableVector list = new ASN1EncodableVector(3);
        list.add(signedPart);
        list.add(algorithm());
        list.add(new DERBitString(signature));
        return Der.encode(new DERSequence(list));
    }

    private DERSequence signedPart() {
        ASN1EncodableVector part = new ASN1EncodableVector();
        if (version > 1) {
            part.add(new ASN1Integer(version - 1L));
        }
        part.add(algorithm());
        part.add(CertificateForge.name(issuer));
        part.add(new Time(Date.from(thisUpdate)));
        if (nextUpdate != null) {
            part.add(new Time(Date.from(nextUpdate)));
        }
        if (!entries.isEmpty()) {
            part.add(new DERSequence(entries.toArray(DERSequence[]::new)));
        }
        if (version > 1 && !extensions.isEmpty()) {
            part.add(new DERTaggedObject(true, 0, new DERSequence(extensions.toArray(Extension[]::new))));
        }
        return new DERSequence(part);
    }

    private ASN1EncodableVector fields(BigInteger serial) {
        ASN1EncodableVector fields = new ASN1EncodableVector(3);
        fields.add(new ASN1Integer(serial));
        fields.add(new Time(Date.from(thisUpdate)));
        return fields;
    }

    private static AlgorithmIdentifier algorithm() {
        return new AlgorithmIdentifier(new ASN1ObjectIdentifier(CertificateForge.ECDSA_WITH_SHA256));
    }
}
