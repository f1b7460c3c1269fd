package dev.keywarden.dcap;

import static dev.keywarden.dcap.Certificate.BASIC_CONSTRAINTS;
import static dev.keywarden.dcap.Certificate.KEY_USAGE;

import dev.keywarden.dcap.DerReader.MalformedDerException;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is demanded of the certificates of a chain beyond that each is signed by the next.
 *
 * <p>There are two: {@link IntelProfile} is what a genuine chain satisfies to the letter, {@link SoftwareProfile} what
 * simulators can satisfy. A profile is never chosen on its own: it comes with the {@link TrustAnchor}, so that no setting
 * can put the laxer one under a real root.
 */
abstract sealed class ChainProfile permits IntelProfile, SoftwareProfile {
    static final int DIGITAL_SIGNATURE = 1;
    static final int NON_REPUDIATION = 1 << 1;
    static final int KEY_CERT_SIGN = 1 << 5;
    static final int CRL_SIGN = 1 << 6;

    /** AlgorithmIdentifier of ecdsa-with-SHA256 with absent parameters (RFC 5758, section 3.2). */
    private static final ByteView ECDSA_WITH_SHA256 =
            ByteView.wrap(HexFormat.of().parseHex("300a06082a8648ce3d040302"));

    private static final int MAX_SERIAL_BYTES = 20;

    /** The places of a chain. */
    enum Role {
        ROOT(DcapObject.ROOT, true, 1),
        PCK_CA(DcapObject.PCK_CA, true, 0),
        PCK_LEAF(DcapObject.PCK_LEAF, false, 0),
        /** The PCK CA again, as the issuer of its CRL. */
        CRL_ISSUER(DcapObject.CRL_ISSUER, true, 0),
        TCB_SIGNER(DcapObject.TCB_SIGNER, false, 0),
        QE_IDENTITY_SIGNER(DcapObject.QE_IDENTITY_SIGNER, false, 0);

        private final DcapObject object;
        private final boolean authority;
        private final int pathLength;

        Role(DcapObject object, boolean authority, int pathLength) {
            this.object = object;
            this.authority = authority;
            this.pathLength = pathLength;
        }

        DcapObject object() {
            return object;
        }

        boolean authority() {
            return authority;
        }

        /** How many authorities stand between this one and a leaf. */
        int pathLength() {
            return pathLength;
        }
    }

    /** Basic constraints as found: whether an authority, and how long a path it may head if it says so. */
    record Constraints(boolean authority, @Nullable Integer pathLength) {}

    /** The checks that are this profile's own. */
    abstract void requireOwnRules(Certificate certificate, Role role, Certificate parent);

    /** Checks the name of a PCK certificate. */
    abstract void requireLeafName(Certificate leaf);

    /** Checks the name of a PCK CA; empty if this profile demands no names and the CA has neither of Intel's. */
    abstract Optional<PckCa> requireAuthorityName(Certificate authority, Role role);

    /** Checks the name of the one who signs TCB info or QE identity. */
    abstract void requireSignerName(Certificate signer, Role role);

    /** Reads the SGX extension of the leaf. */
    abstract SgxExtension extension(Certificate leaf, Optional<PckCa> issuer);

    /** Both algorithm identifiers are ecdsa-with-SHA256; must hold before a signature is looked at. */
    final void requireAlgorithm(Certificate certificate, Role role) {
        if (!isEcdsaWithSha256(certificate.innerAlgorithm()) || !isEcdsaWithSha256(certificate.outerAlgorithm())) {
            throw invalid(role, "must be signed with ecdsa-with-SHA256, and say so twice");
        }
    }

    /** Whether an AlgorithmIdentifier is that of ecdsa-with-SHA256, without parameters. */
    static boolean isEcdsaWithSha256(ByteView algorithm) {
        return algorithm.equals(ECDSA_WITH_SHA256);
    }

    /** The profile of a certificate whose signature was verified; {@code parent} is itself for a root. */
    final void require(Certificate certificate, Role role, Certificate parent) {
        if (certificate.version() != 3) {
            throw invalid(role, "must be X.509 version 3, not " + certificate.version());
        }
        if (certificate.serial().length() > MAX_SERIAL_BYTES) {
            throw invalid(role, "has a serial number of more than 20 bytes");
        }
        if (P256.pointOf(certificate.publicKeyInfo()).isEmpty()) {
            throw invalid(role, "must hold a key on the named curve P-256");
        }
        if (certificate.repeatsExtension()) {
            throw invalid(role, "has an extension twice");
        }
        certificate.extensions().forEach((oid, extension) -> {
            if (extension.critical() && !oid.equals(KEY_USAGE) && !oid.equals(BASIC_CONSTRAINTS)) {
                throw invalid(role, "has a critical extension other than key usage and basic constraints");
            }
        });
        Constraints constraints = constraints(certificate, role);
        if (constraints.authority() != role.authority()) {
            throw invalid(role, role.authority() ? "is not a certificate authority" : "is a certificate authority");
        }
        requireOwnRules(certificate, role, parent);
    }

    /** Basic constraints; those of a certificate without the extension are not of an authority. */
    static Constraints constraints(Certificate certificate, Role role) {
        Optional<ByteView> value = certificate.extension(BASIC_CONSTRAINTS);
        if (value.isEmpty()) {
            return new Constraints(false, null);
        }
        try {
            DerReader outer = DerReader.of(value.get());
            DerReader sequence = outer.sequence();
            outer.end();
            boolean authority = sequence.defaultFalse();
            Integer pathLength = sequence.atEnd() ? null : sequence.integerUpTo(255);
            sequence.end();
            return new Constraints(authority, pathLength);
        } catch (MalformedDerException e) {
            throw invalid(role, "has malformed basic constraints: " + e.getMessage());
        }
    }

    /** Key usage as flags, bit n for usage n of RFC 5280, section 4.2.1.3; empty without the extension. */
    static Optional<Integer> keyUsage(Certificate certificate, Role role) {
        Optional<ByteView> value = certificate.extension(KEY_USAGE);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        try {
            DerReader outer = DerReader.of(value.get());
            int flags = outer.flags();
            outer.end();
            return Optional.of(flags);
        } catch (MalformedDerException e) {
            throw invalid(role, "has a malformed key usage: " + e.getMessage());
        }
    }

    /** The subject key identifier, if there is one. */
    static Optional<ByteView> subjectKeyIdentifier(Certificate certificate, Role role) {
        Optional<ByteView> value = certificate.extension(Certificate.SUBJECT_KEY_IDENTIFIER);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        try {
            DerReader outer = DerReader.of(value.get());
            ByteView identifier = outer.octetString();
            outer.end();
            return Optional.of(identifier);
        } catch (MalformedDerException e) {
            throw invalid(role, "has a malformed subject key identifier: " + e.getMessage());
        }
    }

    /** The key identifier inside the authority key identifier, if there is one. */
    static Optional<ByteView> authorityKeyIdentifier(Certificate certificate, Role role) {
        Optional<ByteView> value = certificate.extension(Certificate.AUTHORITY_KEY_IDENTIFIER);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        try {
            DerReader outer = DerReader.of(value.get());
            DerReader sequence = outer.sequence();
            outer.end();
            return sequence.nextIs(0x80) ? Optional.of(sequence.content(0x80)) : Optional.empty();
        } catch (MalformedDerException e) {
            throw invalid(role, "has a malformed authority key identifier: " + e.getMessage());
        }
    }

    static DcapException invalid(Role role, String detail) {
        return new DcapException(DcapCode.CERT_PROFILE_INVALID, role.object(), "the certificate " + detail);
    }
}
