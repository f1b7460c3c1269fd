package dev.keywarden.dcap;

import java.util.Objects;
import java.util.Optional;

/** The profile of Intel's own chains (TDX fact sheet, sections 2.2 B, 2.3 and 3). Nothing here can be switched off. */
final class IntelProfile extends ChainProfile {
    static final IntelProfile INSTANCE = new IntelProfile();

    private static final String ROOT_NAME = "Intel SGX Root CA";
    private static final String LEAF_NAME = "Intel SGX PCK Certificate";
    private static final String SIGNER_NAME = "Intel SGX TCB Signing";

    private IntelProfile() {}

    @Override
    void requireOwnRules(Certificate certificate, Role role, Certificate parent) {
        requireCritical(certificate, role, Certificate.KEY_USAGE, "key usage");
        requireCritical(certificate, role, Certificate.BASIC_CONSTRAINTS, "basic constraints");
        int usage = role.authority() ? KEY_CERT_SIGN | CRL_SIGN : DIGITAL_SIGNATURE | NON_REPUDIATION;
        if (keyUsage(certificate, role).orElse(0) != usage) {
            throw invalid(role, "does not have exactly the key usage of its place");
        }
        Integer pathLength = constraints(certificate, role).pathLength();
        Integer expected = role.authority() ? Integer.valueOf(role.pathLength()) : null;
        if (!Objects.equals(pathLength, expected)) {
            throw invalid(role, "has path length " + pathLength + "; must be " + expected);
        }
        if (subjectKeyIdentifier(certificate, role).isEmpty()) {
            throw invalid(role, "lacks a subject key identifier");
        }
        Optional<ByteView> authorityKey = authorityKeyIdentifier(certificate, role);
        if (authorityKey.isEmpty() || !authorityKey.equals(subjectKeyIdentifier(parent, role))) {
            throw invalid(role, "does not name its issuer's key");
        }
        if (certificate.extension(Certificate.CRL_DISTRIBUTION_POINTS).isEmpty()) {
            throw invalid(role, "lacks a CRL distribution point");
        }
        if (role == Role.ROOT) {
            requireName(certificate, role, ROOT_NAME);
        }
    }

    private static void requireCritical(Certificate certificate, Role role, Certificate.Oid oid, String what) {
        Certificate.Extension extension = certificate.extensions().get(oid);
        if (extension == null || !extension.critical()) {
            throw invalid(role, "lacks critical " + what);
        }
    }

    @Override
    void requireLeafName(Certificate leaf) {
        requireName(leaf, Role.PCK_LEAF, LEAF_NAME);
    }

    @Override
    Optional<PckCa> requireAuthorityName(Certificate authority, Role role) {
        Optional<PckCa> issuer = authority.commonName().flatMap(PckCa::ofCommonName);
        if (issuer.isEmpty()) {
            throw new DcapException(
                    DcapCode.CERT_ROLE_MISMATCH,
                    role.object(),
                    "the common name of the CA is neither that of the Platform nor that of the Processor CA");
        }
        return issuer;
    }

    /** Every PCK certificate chains to the same root, so the name is what keeps a platform from signing its own TCB. */
    @Override
    void requireSignerName(Certificate signer, Role role) {
        requireName(signer, role, SIGNER_NAME);
    }

    private static void requireName(Certificate certificate, Role role, String name) {
        if (!certificate.commonName().equals(Optional.of(name))) {
            throw new DcapException(
                    DcapCode.CERT_ROLE_MISMATCH, role.object(), "the common name must be \"" + name + '"');
        }
    }

    @Override
    SgxExtension extension(Certificate leaf, Optional<PckCa> issuer) {
        ByteView value = leaf.extension(Certificate.SGX)
                .orElseThrow(() -> new DcapException(
                        DcapCode.PCK_EXTENSION_INVALID, DcapObject.PCK_LEAF, "the leaf has no SGX extension"));
        int entries = issuer.equals(Optional.of(PckCa.PLATFORM))
                ? SgxExtensionParser.PLATFORM_ENTRIES
                : SgxExtensionParser.COMMON_ENTRIES;
        return SgxExtensionParser.parse(value, entries, entries, false);
    }
}
