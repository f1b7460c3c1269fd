package dev.keywarden.app.service;

import dev.keywarden.attestation.AppInfo;
import dev.keywarden.attestation.RaTlsExtensions;
import dev.keywarden.attestation.RequestedCertificate;
import dev.keywarden.attestation.SigningRequest;
import dev.keywarden.keys.CertificateExtension;
import dev.keywarden.keys.CertificateProfile;
import dev.keywarden.keys.KeyException;
import dev.keywarden.spi.BootInfo;
import dev.keywarden.spi.Bytes;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The certificate of an application (wire protocol, section 7.8): names, usages and times as requested, identity as verified.
 */
final class AppLeaf {
    /** Longest organization and subject, in characters. */
    static final int MAX_NAME = 256;

    /** Longest DNS name, in characters. */
    static final int MAX_DNS_NAME = 253;

    /** The end of 9999, past which a certificate can't say a time; Unix seconds. */
    static final long LAST_SECOND = 253_402_300_799L;

    private AppLeaf() {}

    /** What the CA certificate of an application says. */
    static CertificateProfile authority(Bytes appId) {
        return CertificateProfile.appCa(List.of(
                new CertificateExtension(RaTlsExtensions.APP_ID, appId),
                new CertificateExtension(RaTlsExtensions.SPECIAL_USAGE, ascii("app:ca"))));
    }

    /**
     * Checks what the requester chose, before anybody is asked about it.
     *
     * @param ownDomain this KMS's own, which no application may speak for (section 14, defect 27)
     * @throws KeyException if a certificate must not, or can't, say this
     */
    static void requireAcceptable(RequestedCertificate wanted, String ownDomain) {
        requireText("subject", wanted.subject());
        wanted.organization().ifPresent(organization -> requireText("org_name", organization));
        requireNotOwn("subject", wanted.subject(), ownDomain);
        for (String name : wanted.subjectAltNames()) {
            if (name.length() > MAX_DNS_NAME) {
                throw new KeyException("a subject alternative name has " + name.length() + " characters; at most "
                        + MAX_DNS_NAME + " are allowed");
            }
            requireNotOwn("subject alternative name", name, ownDomain);
        }
        wanted.notBefore().ifPresent(seconds -> requireTime("not_before", seconds));
        wanted.notAfter().ifPresent(seconds -> requireTime("not_after", seconds));
    }

    private static void requireText(String field, String text) {
        if (text.length() > MAX_NAME) {
            throw new KeyException(
                    field + " has " + text.length() + " characters; at most " + MAX_NAME + " are allowed");
        }
        if (text.chars().anyMatch(Character::isISOControl)) {
            throw new KeyException(field + " has control characters");
        }
    }

    /**
     * A guest trusts this KMS by a certificate for its domain under the root CA. One for an application would be that, too,
     * to a guest that does not look at the special usage.
     */
    private static void requireNotOwn(String field, String name, String ownDomain) {
        String wanted = canonical(name);
        String own = canonical(ownDomain);
        int firstDot = own.indexOf('.');
        boolean wildcard =
                wanted.startsWith("*.") && firstDot >= 0 && wanted.substring(1).equals(own.substring(firstDot));
        if (wanted.equals(own) || wildcard) {
            throw new KeyException("the " + field + " " + wanted + " speaks for this KMS's own domain " + own
                    + "; an app's certificate must not. Ask for another name");
        }
    }

    /** Case and a final dot mean nothing in a domain name. */
    private static String canonical(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }

    private static void requireTime(String field, long seconds) {
        if (seconds < 0 || seconds > LAST_SECOND) {
            throw new KeyException(field + " is " + Long.toUnsignedString(seconds)
                    + ", past the year 9999; it must be Unix time in seconds");
        }
    }

    /**
     * What the certificate says.
     *
     * @param request acceptable, its evidence verified
     * @param who what the evidence proved
     */
    static CertificateProfile profile(SigningRequest request, BootInfo who) {
        RequestedCertificate wanted = request.wanted();
        List<CertificateExtension> extensions = new ArrayList<>();
        extensions.add(new CertificateExtension(RaTlsExtensions.APP_ID, who.appId()));
        if (wanted.appInfo()) {
            extensions.add(new CertificateExtension(
                    RaTlsExtensions.APP_INFO, AppInfo.of(who).encode()));
        }
        extensions.add(new CertificateExtension(RaTlsExtensions.SPECIAL_USAGE, ascii("app:custom")));
        if (wanted.attestation()) {
            extensions.add(new CertificateExtension(RaTlsExtensions.ATTESTATION, request.strippedEvidence()));
        }
        return new CertificateProfile(
                wanted.organization(),
                wanted.subject(),
                wanted.subjectAltNames(),
                CertificateProfile.Role.LEAF,
                wanted.serverAuth(),
                wanted.clientAuth(),
                time(wanted.notBefore()),
                time(wanted.notAfter()),
                extensions);
    }

    private static Optional<Instant> time(Optional<Long> seconds) {
        return seconds.map(Instant::ofEpochSecond);
    }

    private static Bytes ascii(String text) {
        return Bytes.of(text.getBytes(StandardCharsets.US_ASCII));
    }
}
