package dev.keywarden.attestation;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a signing request wants its certificate to say (wire protocol, section 5.6); all of it is the requester's word.
 *
 * @param organization O of the subject, if any
 * @param subject CN of the subject, possibly empty
 * @param subjectAltNames DNS names and addresses, as text
 * @param serverAuth whether the certificate is for servers
 * @param clientAuth whether the certificate is for clients
 * @param attestation whether the evidence goes into the certificate
 * @param appInfo whether what was verified of the application goes into the certificate; never in version 1
 * @param notBefore Unix seconds, unsigned: negative stands for what exceeds 2^63-1; never in version 1
 * @param notAfter as {@code notBefore}
 */
public record RequestedCertificate(
        Optional<String> organization,
        String subject,
        List<String> subjectAltNames,
        boolean serverAuth,
        boolean clientAuth,
        boolean attestation,
        boolean appInfo,
        Optional<Long> notBefore,
        Optional<Long> notAfter) {

    public RequestedCertificate {
        Objects.requireNonNull(organization, "organization");
        Objects.requireNonNull(subject, "subject");
        subjectAltNames = List.copyOf(subjectAltNames);
        Objects.requireNonNull(notBefore, "notBefore");
        Objects.requireNonNull(notAfter, "notAfter");
    }
}
