package dev.keywarden.keys;

import dev.keywarden.spi.Bytes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;

/**
 * The CA of each application, derived from the root, and what it issues (wire protocol, section 7.8).
 *
 * <p>A CA's key and with it its serial number follow from the application's id. Its certificate is therefore kept and
 * given out again: two certificates of one issuer and serial number that differ confuse some PKI libraries. Safe for use by many threads.
 */
public final class AppAuthorities {
    /** A certificate this old is not given out any more, though it lasts ten times as long. */
    private static final Duration REUSE = Duration.ofDays(365);

    private final KeyDerivation derivation;
    private final CertificateAuthority root;
    private final Function<Bytes, CertificateProfile> profile;
    private final PublicValues<Issued> certificates = new PublicValues<>();

    /** A CA certificate and when it was made. */
    private record Issued(String pem, Instant at) {}

    /**
     * Derives CAs with one set of root keys.
     *
     * @param root of the same root keys
     * @param profile what the CA certificate of an application says, given its id
     */
    public AppAuthorities(
            KeyDerivation derivation, CertificateAuthority root, Function<Bytes, CertificateProfile> profile) {
        this.derivation = derivation;
        this.root = root;
        this.profile = profile;
    }

    /**
     * Issues a certificate for an application.
     *
     * @param appId 20 bytes, verified
     * @param leaf what the certificate says
     * @param spki SubjectPublicKeyInfo of the certified key
     * @param now issue time
     * @return the certificate and that of the application's CA, PEM
     * @throws KeyException if the public key does not parse, a name or time can't be written, or once in 2^32 applications
     *     because the derived value is no scalar
     */
    public List<String> issue(Bytes appId, CertificateProfile leaf, Bytes spki, Instant now) {
        CertificateProfile own = profile.apply(appId);
        try (P256Key key = derivation.appCaKey(appId)) {
            return List.of(
                    CertificateAuthority.named(key, own).issue(leaf, spki, now), certificate(appId, own, key, now));
        }
    }

    private String certificate(Bytes appId, CertificateProfile own, P256Key key, Instant now) {
        Issued known = certificates.get(appId, () -> new Issued(root.issue(own, key.spki(), now), now));
        return now.isBefore(known.at().plus(REUSE)) ? known.pem() : root.issue(own, key.spki(), now);
    }
}
