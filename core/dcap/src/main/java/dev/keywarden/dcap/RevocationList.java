package dev.keywarden.dcap;

import dev.keywarden.dcap.Certificate.Oid;
import dev.keywarden.dcap.DerReader.MalformedDerException;
import java.security.PublicKey;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A list of revoked certificates (RFC 5280, section 5), read and verified by step D of the TDX fact sheet, section 2.2: a
 * whole list of version 2 by the very issuer of the certificates, with a number, an end, and nothing critical that a reader
 * would have to know.
 *
 * <p>An entry counts whatever its reason. Serials are looked up as numbers, in one step however long the list is.
 */
public final class RevocationList {
    private static final Oid CRL_NUMBER = Oid.ofHex("551d14");
    private static final Oid DELTA_INDICATOR = Oid.ofHex("551d1b");
    private static final Oid ISSUING_DISTRIBUTION_POINT = Oid.ofHex("551d1c");

    private final DcapObject object;
    private final Instant thisUpdate;
    private final Instant nextUpdate;
    private final Set<ByteView> serials = new HashSet<>();
    private @Nullable ByteView authorityKeyIdentifier;
    private boolean numbered;

    /** Reads what says who signed it, has the signature verified, and only then reads on. */
    private RevocationList(ByteView der, DcapObject object, Certificate issuer, PublicKey issuerKey)
            throws MalformedDerException {
        this.object = object;
        DerReader file = DerReader.of(der);
        DerReader list = file.sequence();
        file.end();
        ByteView signedPart = list.element(DerReader.SEQUENCE);
        ByteView outerAlgorithm = list.element(DerReader.SEQUENCE);
        ByteView signature = list.wholeBytes();
        list.end();

        DerReader body = DerReader.of(signedPart).sequence();
        if (!body.nextIs(DerReader.INTEGER) || body.integerUpTo(255) != 1) {
            throw new MalformedDerException("a list that is not of version 2");
        }
        if (!ChainProfile.isEcdsaWithSha256(body.element(DerReader.SEQUENCE))
                || !ChainProfile.isEcdsaWithSha256(outerAlgorithm)) {
            throw new MalformedDerException(
                    "a list that is not signed with ecdsa-with-SHA256, or does not say so twice");
        }
        if (!body.element(DerReader.SEQUENCE).equals(issuer.subject())) {
            throw notIssued("the issuer's name is not that of the authority whose list it must be");
        }
        if (!P256.verifyDer(issuerKey, signedPart, signature)) {
            throw notIssued("the authority's key does not verify the signature");
        }
        thisUpdate = body.time();
        if (!body.nextIs(DerReader.UTC_TIME) && !body.nextIs(DerReader.GENERALIZED_TIME)) {
            throw new MalformedDerException("a list without an end (nextUpdate)");
        }
        nextUpdate = body.time();
        if (body.nextIs(DerReader.SEQUENCE)) {
            readEntries(body.sequence());
        }
        Optional<DerReader> extensions = body.explicit(0);
        body.end();
        if (extensions.isPresent()) {
            readExtensions(extensions.get());
        }
        requireIdentified(issuer);
    }

    /**
     * Reads and verifies a list; whether it is valid now is left to every use.
     *
     * @param object which of the lists it is
     * @param issuer whose subject, key identifier and key it must carry
     * @throws DcapException at the first fault
     */
    static RevocationList verify(ByteView der, DcapObject object, Certificate issuer, PublicKey issuerKey) {
        try {
            return new RevocationList(der, object, issuer, issuerKey);
        } catch (MalformedDerException e) {
            throw new DcapException(DcapCode.CRL_MALFORMED, object, "not an acceptable CRL: " + e.getMessage());
        }
    }

    private void readEntries(DerReader entries) throws MalformedDerException {
        while (!entries.atEnd()) {
            DerReader entry = entries.sequence();
            serials.add(entry.positiveInteger());
            entry.time();
            if (!entry.atEnd()) {
                DerReader extensions = entry.sequence();
                while (!extensions.atEnd()) {
                    DerReader extension = extensions.sequence();
                    extension.objectIdentifier();
                    if (extension.defaultFalse()) {
                        throw new MalformedDerException("an entry with a critical extension");
                    }
                    extension.octetString();
                    extension.end();
                }
            }
            entry.end();
        }
    }

    private void readExtensions(DerReader tagged) throws MalformedDerException {
        DerReader extensions = tagged.sequence();
        tagged.end();
        Set<Oid> seen = new HashSet<>();
        while (!extensions.atEnd()) {
            DerReader extension = extensions.sequence();
            Oid oid = new Oid(extension.objectIdentifier());
            if (extension.defaultFalse()) {
                throw new MalformedDerException("a critical extension");
            }
            if (!seen.add(oid)) {
                throw new MalformedDerException("an extension twice");
            }
            if (oid.equals(DELTA_INDICATOR) || oid.equals(ISSUING_DISTRIBUTION_POINT)) {
                throw new MalformedDerException("a list that is only a part of one");
            }
            readExtension(oid, DerReader.of(extension.octetString()));
            extension.end();
        }
    }

    private void readExtension(Oid oid, DerReader value) throws MalformedDerException {
        if (oid.equals(CRL_NUMBER)) {
            value.content(DerReader.INTEGER);
            value.end();
            numbered = true;
        } else if (oid.equals(Certificate.AUTHORITY_KEY_IDENTIFIER)) {
            DerReader identifier = value.sequence();
            value.end();
            authorityKeyIdentifier = identifier.nextIs(0x80) ? identifier.content(0x80) : null;
        }
    }

    private void requireIdentified(Certificate issuer) throws MalformedDerException {
        if (!numbered) {
            throw new MalformedDerException("a list without a number");
        }
        Optional<ByteView> expected = ChainProfile.subjectKeyIdentifier(issuer, ChainProfile.Role.CRL_ISSUER);
        if (authorityKeyIdentifier == null || !expected.equals(Optional.of(authorityKeyIdentifier))) {
            throw new MalformedDerException("a list that does not name its issuer's key");
        }
    }

    void requireValidAt(Instant now) {
        if (now.isBefore(thisUpdate)) {
            throw new DcapException(
                    DcapCode.CRL_NOT_YET_VALID,
                    object,
                    "the list is valid from %s on, and it is %s".formatted(thisUpdate, now));
        }
        if (!now.isBefore(nextUpdate)) {
            throw new DcapException(
                    DcapCode.CRL_EXPIRED, object, "the list lapsed at %s, and it is %s".formatted(nextUpdate, now));
        }
    }

    /** Refuses a certificate that stands in this list. */
    void requireNotRevoked(Certificate certificate, DcapObject place) {
        if (serials.contains(certificate.serial())) {
            throw new DcapException(
                    DcapCode.CERT_REVOKED,
                    place,
                    "the certificate with serial number %s is revoked by the %s"
                            .formatted(certificate.serial(), object));
        }
    }

    /** When it was made. */
    public Instant thisUpdate() {
        return thisUpdate;
    }

    /** The instant from which on it says nothing any more. */
    public Instant nextUpdate() {
        return nextUpdate;
    }

    /** How many certificates it names. */
    public int size() {
        return serials.size();
    }

    private DcapException notIssued(String detail) {
        return new DcapException(DcapCode.CRL_SIGNATURE_INVALID, object, detail);
    }
}
