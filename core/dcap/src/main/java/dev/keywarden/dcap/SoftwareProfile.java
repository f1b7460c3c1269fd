package dev.keywarden.dcap;

import java.util.Optional;

/**
 * The profile of software TEEs. The reference's simulators call their certificates "Mock ...", leave key identifiers,
 * path lengths and most of the SGX extension out; none of that is demanded. What makes a chain a chain still is: version,
 * algorithm, curve, who is an authority and who is not, and a platform id and FMSPC of the right length.
 */
final class SoftwareProfile extends ChainProfile {
    static final SoftwareProfile INSTANCE = new SoftwareProfile();

    private SoftwareProfile() {}

    @Override
    void requireOwnRules(Certificate certificate, Role role, Certificate parent) {
        int needed = role.authority() ? KEY_CERT_SIGN : DIGITAL_SIGNATURE;
        Optional<Integer> usage = keyUsage(certificate, role);
        if (usage.isPresent() && (usage.get() & needed) == 0) {
            throw invalid(role, "has a key usage that does not allow what it is used for");
        }
        Integer pathLength = constraints(certificate, role).pathLength();
        if (pathLength != null && (!role.authority() || pathLength < role.pathLength())) {
            throw invalid(role, "has path length " + pathLength + ", which its place does not allow");
        }
        Optional<ByteView> authorityKey = authorityKeyIdentifier(certificate, role);
        Optional<ByteView> parentKey = subjectKeyIdentifier(parent, role);
        if (authorityKey.isPresent() && parentKey.isPresent() && !authorityKey.equals(parentKey)) {
            throw invalid(role, "names another key than its issuer's");
        }
    }

    @Override
    void requireLeafName(Certificate leaf) {}

    @Override
    Optional<PckCa> requireAuthorityName(Certificate authority, Role role) {
        return authority.commonName().flatMap(PckCa::ofCommonName);
    }

    @Override
    void requireSignerName(Certificate signer, Role role) {}

    @Override
    SgxExtension extension(Certificate leaf, Optional<PckCa> issuer) {
        ByteView value = leaf.extension(Certificate.SGX)
                .orElseThrow(() -> new DcapException(
                        DcapCode.PCK_EXTENSION_INVALID, DcapObject.PCK_LEAF, "the leaf has no SGX extension"));
        return SgxExtensionParser.parse(
                value, SgxExtensionParser.COMMON_ENTRIES, SgxExtensionParser.PLATFORM_ENTRIES, true);
    }
}
