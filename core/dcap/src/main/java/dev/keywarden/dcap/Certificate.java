package dev.keywarden.dcap;

import dev.keywarden.dcap.DerReader.MalformedDerException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/**
 * An X.509 certificate taken apart (RFC 5280, section 4.1) and not believed: nothing is decided here.
 *
 * <p>It is read with the strict reader of this package and not with the JDK's factory, because what is compared later are
 * encodings (names, algorithm identifiers, keys), and because the factories of different providers forgive different
 * things. Views point into the one copy of the encoding.
 */
final class Certificate {
    static final Oid AUTHORITY_KEY_IDENTIFIER = Oid.ofHex("551d23");
    static final Oid SUBJECT_KEY_IDENTIFIER = Oid.ofHex("551d0e");
    static final Oid KEY_USAGE = Oid.ofHex("551d0f");
    static final Oid BASIC_CONSTRAINTS = Oid.ofHex("551d13");
    static final Oid CRL_DISTRIBUTION_POINTS = Oid.ofHex("551d1f");
    static final Oid SGX = Oid.ofHex("2a864886f84d010d01");

    private static final Oid COMMON_NAME = Oid.ofHex("550403");

    /** An object identifier by its content octets. */
    record Oid(ByteView octets) {
        static Oid ofHex(String hex) {
            return new Oid(ByteView.wrap(HexFormat.of().parseHex(hex)));
        }
    }

    /** An extension: whether a reader that does not know it must refuse the certificate, and its value. */
    record Extension(boolean critical, ByteView value) {}

    private final ByteView encoded;
    private final ByteView signedPart;
    private final ByteView outerAlgorithm;
    private final ByteView signature;
    private final int version;
    private final ByteView serial;
    private final ByteView innerAlgorithm;
    private final ByteView issuer;
    private final Instant notBefore;
    private final Instant notAfter;
    private final ByteView subject;
    private final ByteView publicKeyInfo;
    private final Map<Oid, Extension> extensions = new HashMap<>();
    private boolean repeatsExtension;

    private Certificate(ByteView encoded) throws MalformedDerException {
        this.encoded = encoded;
        DerReader file = DerReader.of(encoded);
        DerReader certificate = file.sequence();
        file.end();
        signedPart = certificate.element(DerReader.SEQUENCE);
        outerAlgorithm = certificate.element(DerReader.SEQUENCE);
        signature = certificate.wholeBytes();
        certificate.end();

        DerReader body = DerReader.of(signedPart).sequence();
        version = readVersion(body);
        serial = body.positiveInteger();
        innerAlgorithm = body.element(DerReader.SEQUENCE);
        issuer = body.element(DerReader.SEQUENCE);
        DerReader validity = body.sequence();
        notBefore = validity.time();
        notAfter = validity.time();
        validity.end();
        subject = body.element(DerReader.SEQUENCE);
        publicKeyInfo = body.element(DerReader.SEQUENCE);
        Optional<DerReader> extensionList = body.explicit(3);
        if (extensionList.isPresent()) {
            readExtensions(extensionList.get());
        }
        body.end();
    }

    static Certificate parse(ByteView encoded) throws MalformedDerException {
        return new Certificate(encoded);
    }

    private static int readVersion(DerReader body) throws MalformedDerException {
        Optional<DerReader> tagged = body.explicit(0);
        if (tagged.isEmpty()) {
            return 1;
        }
        int version = tagged.get().integerUpTo(2) + 1;
        tagged.get().end();
        return version;
    }

    private void readExtensions(DerReader tagged) throws MalformedDerException {
        DerReader list = tagged.sequence();
        tagged.end();
        while (!list.atEnd()) {
            DerReader entry = list.sequence();
            Oid oid = new Oid(entry.objectIdentifier());
            Extension extension = new Extension(entry.defaultFalse(), entry.octetString());
            entry.end();
            repeatsExtension |= extensions.put(oid, extension) != null;
        }
    }

    ByteView encoded() {
        return encoded;
    }

    /** What the issuer signed. */
    ByteView signedPart() {
        return signedPart;
    }

    /** The signature in DER. */
    ByteView signature() {
        return signature;
    }

    /** The algorithm identifier beside the signature. */
    ByteView outerAlgorithm() {
        return outerAlgorithm;
    }

    /** The algorithm identifier inside the signed part. */
    ByteView innerAlgorithm() {
        return innerAlgorithm;
    }

    /** 1, 2 or 3. */
    int version() {
        return version;
    }

    /** The serial number, positive, big-endian without leading zeros. */
    ByteView serial() {
        return serial;
    }

    /** The issuer's name as encoded, which is how names are compared. */
    ByteView issuer() {
        return issuer;
    }

    /** The subject's name as encoded. */
    ByteView subject() {
        return subject;
    }

    Instant notBefore() {
        return notBefore;
    }

    Instant notAfter() {
        return notAfter;
    }

    /** The SubjectPublicKeyInfo as encoded. */
    ByteView publicKeyInfo() {
        return publicKeyInfo;
    }

    Map<Oid, Extension> extensions() {
        return extensions;
    }

    Optional<ByteView> extension(Oid oid) {
        return Optional.ofNullable(extensions.get(oid)).map(Extension::value);
    }

    /** Whether some extension stands there twice; the map then holds the last one. */
    boolean repeatsExtension() {
        return repeatsExtension;
    }

    /** The subject's only common name; empty if there is none, more than one, or one in an unusual character set. */
    Optional<String> commonName() {
        try {
            return readCommonName();
        } catch (MalformedDerException e) {
            return Optional.empty();
        }
    }

    private Optional<String> readCommonName() throws MalformedDerException {
        Optional<String> found = Optional.empty();
        DerReader name = DerReader.of(subject).sequence();
        while (!name.atEnd()) {
            DerReader set = DerReader.of(name.content(DerReader.SET));
            while (!set.atEnd()) {
                DerReader attribute = set.sequence();
                if (!new Oid(attribute.objectIdentifier()).equals(COMMON_NAME)) {
                    continue;
                }
                if (found.isPresent()) {
                    return Optional.empty();
                }
                int tag = attribute.nextIs(DerReader.UTF8_STRING) ? DerReader.UTF8_STRING : DerReader.PRINTABLE_STRING;
                found = Optional.of(new String(attribute.content(tag).toArray(), StandardCharsets.UTF_8));
            }
        }
        return found;
    }
}
