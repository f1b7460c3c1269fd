package dev.keywarden.keys;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a certificate says besides its key (wire protocol, section 7.7).
 *
 * @param organization O of the subject, if any
 * @param commonName CN of the subject
 * @param subjectAltNames DNS names; IP literals become iPAddress entries
 * @param role what the key may do
 * @param serverAuth extended usage, leaves only
 * @param clientAuth extended usage, leaves only
 * @param notBefore overrides 1975-01-01
 * @param notAfter overrides ten years from now
 * @param extensions the protocol's own, in order
 */
public record CertificateProfile(
        Optional<String> organization,
        String commonName,
        List<String> subjectAltNames,
        Role role,
        boolean serverAuth,
        boolean clientAuth,
        Optional<Instant> notBefore,
        Optional<Instant> notAfter,
        List<CertificateExtension> extensions) {

    private static final Optional<String> DSTACK = Optional.of("Dstack");

    public CertificateProfile {
        subjectAltNames = List.copyOf(subjectAltNames);
        extensions = List.copyOf(extensions);
    }

    /** What a certified key may do. */
    public enum Role {
        /** Signs no certificates. */
        LEAF,
        /** Signs leaves only. */
        ISSUING_CA,
        /** Signs leaves and issuing CAs. */
        ROOT_CA
    }

    /** The root CA of a node. */
    public static CertificateProfile rootCa() {
        return ca("Dstack KMS CA", Role.ROOT_CA, List.of());
    }

    /** The temporary CA, whose private key is public by design. */
    public static CertificateProfile tempCa() {
        return ca("Dstack Client Temp CA", Role.ISSUING_CA, List.of());
    }

    /** The CA of one application. */
    public static CertificateProfile appCa(List<CertificateExtension> extensions) {
        return ca("Dstack App CA", Role.ISSUING_CA, extensions);
    }

    /** The node's own TLS certificate. */
    public static CertificateProfile rpc(String domain, List<CertificateExtension> extensions) {
        return leaf(domain, List.of(domain), extensions);
    }

    /** A client certificate that carries evidence. */
    public static CertificateProfile raTlsClient(List<CertificateExtension> extensions) {
        return leaf("RA-TLS TEMP Cert", List.of(), extensions);
    }

    private static CertificateProfile ca(String commonName, Role role, List<CertificateExtension> extensions) {
        return new CertificateProfile(
                DSTACK, commonName, List.of(), role, false, false, Optional.empty(), Optional.empty(), extensions);
    }

    private static CertificateProfile leaf(
            String commonName, List<String> names, List<CertificateExtension> extensions) {
        return new CertificateProfile(
                Optional.empty(),
                commonName,
                names,
                Role.LEAF,
                false,
                false,
                Optional.empty(),
                Optional.empty(),
                extensions);
    }
}
