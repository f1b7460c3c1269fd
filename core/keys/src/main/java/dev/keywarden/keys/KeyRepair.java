package dev.keywarden.keys;

import dev.keywarden.spi.Bytes;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Loads a key directory, making again whatever follows from the root keys and is missing, broken or lapsing.
 *
 * <p>The root keys are read first, and nothing is written before both are known to be good.
 */
final class KeyRepair {
    private static final Duration RENEW_BEFORE_END = Duration.ofDays(365);
    private static final int DNS_NAME = 2;
    private static final int IP_ADDRESS = 7;

    /** A DNS name or an address; whether it is a good one is for whoever configures it to say. */
    private static final Pattern PLAUSIBLE_DOMAIN = Pattern.compile("[A-Za-z0-9._:-]{1,253}");

    private final KeyFolder folder;
    private final SecureRandom random;
    private final Instant now;
    private final List<String> repairs = new ArrayList<>();
    private final List<AutoCloseable> opened = new ArrayList<>();

    KeyRepair(KeyFolder folder, SecureRandom random, Instant now) {
        this.folder = folder;
        this.random = random;
        this.now = now;
    }

    StoredKeys load(Optional<String> configuredDomain) throws IOException {
        boolean loaded = false;
        try {
            StoredKeys keys = loadAll(configuredDomain);
            loaded = true;
            return keys;
        } finally {
            if (!loaded) {
                closeOpened();
            }
        }
    }

    private StoredKeys loadAll(Optional<String> configuredDomain) throws IOException {
        requireBothRootKeys();
        P256Key rootCa = rootCaKey();
        K256Key k256 = k256Key();
        String domain = domain(configuredDomain);
        P256Key tempCa = remakable(KeyFileNames.TEMP_CA_KEY);
        P256Key rpc = remakable(KeyFileNames.RPC_KEY);
        requireDistinct(rootCa, k256, tempCa, rpc);
        RootKeys roots = new RootKeys(rootCa, k256, tempCa);
        String rootCert = caCertificate(KeyFileNames.ROOT_CA_CERT, rootCa, CertificateProfile.rootCa());
        String tempCert = caCertificate(KeyFileNames.TEMP_CA_CERT, tempCa, CertificateProfile.tempCa());
        String tempKeyPem = folder.readText(KeyFileNames.TEMP_CA_KEY);
        return new StoredKeys(roots, rpc, rootCert, tempCert, tempKeyPem, domain, bootstrapInfo(roots), repairs);
    }

    private void closeOpened() {
        for (AutoCloseable key : opened) {
            try {
                key.close();
            } catch (Exception e) {
                throw new IllegalStateException("closing a key does not fail", e);
            }
        }
    }

    private <K extends AutoCloseable> K opened(K key) {
        opened.add(key);
        return key;
    }

    private void requireBothRootKeys() throws IOException {
        boolean ca = folder.exists(KeyFileNames.ROOT_CA_KEY);
        boolean k256 = folder.exists(KeyFileNames.ROOT_K256_KEY);
        if (ca && k256) {
            return;
        }
        if (!ca && !k256) {
            throw new KeyException(folder.path("") + ": there are no root keys. Bootstrap or onboard this node first");
        }
        String missing = ca ? KeyFileNames.ROOT_K256_KEY : KeyFileNames.ROOT_CA_KEY;
        throw new KeyException(
                folder.path(missing) + " is missing, but the other root key is there. Restore the file from a"
                        + " backup, or move the other one away to start without root keys; none is made while one exists");
    }

    private P256Key rootCaKey() {
        try (KeyMaterial pem = folder.read(KeyFileNames.ROOT_CA_KEY)) {
            return irreplaceable(KeyFileNames.ROOT_CA_KEY, () -> P256Key.fromPem(pem));
        }
    }

    private K256Key k256Key() {
        KeyMaterial scalar = folder.read(KeyFileNames.ROOT_K256_KEY);
        return irreplaceable(KeyFileNames.ROOT_K256_KEY, () -> K256Key.fromScalar(scalar));
    }

    private <K extends AutoCloseable> K irreplaceable(String name, Supplier<K> parser) {
        try {
            return opened(parser.get());
        } catch (KeyException e) {
            throw new KeyException(folder.path(name) + ": " + e.getMessage() + ". Restore the file from a backup", e);
        }
    }

    /** A key that nothing is derived from, so that a new one will do. One that can't even be read is not replaced. */
    private P256Key remakable(String name) throws IOException {
        if (!folder.exists(name)) {
            repairs.add(name + " was missing and has been made again");
            return remake(name);
        }
        try (KeyMaterial pem = folder.read(name)) {
            return readOrRemake(name, pem);
        }
    }

    private P256Key readOrRemake(String name, KeyMaterial pem) throws IOException {
        try {
            return opened(P256Key.fromPem(pem));
        } catch (KeyException e) {
            repairs.add(name + " was unusable (" + e.getMessage() + ") and has been made again");
            return remake(name);
        }
    }

    private P256Key remake(String name) throws IOException {
        P256Key key = opened(P256Key.generate(random));
        try (KeyMaterial pem = key.pem()) {
            folder.replace(name, pem);
        }
        return key;
    }

    /** A copied file would give a root key away: the temporary CA's key is published, the RPC key held by the TLS engine. */
    private void requireDistinct(P256Key rootCa, K256Key k256, P256Key tempCa, P256Key rpc) {
        if (!KeyMaterial.allDiffer(rootCa.scalar(), k256.scalar(), tempCa.scalar(), rpc.scalar())) {
            throw new KeyException("the keys in " + folder.path(KeyFileNames.ROOT_CA_KEY) + ", "
                    + KeyFileNames.ROOT_K256_KEY + ", " + KeyFileNames.TEMP_CA_KEY + " and " + KeyFileNames.RPC_KEY
                    + " must differ. Move " + KeyFileNames.TEMP_CA_KEY + " or " + KeyFileNames.RPC_KEY
                    + " away if it is a copy, and it is made again; if a node has run with a root key as "
                    + KeyFileNames.TEMP_CA_KEY + ", that root key is public");
        }
    }

    /** The text on disk if it is a certificate of this key that lasts another year; otherwise a new one. */
    private String caCertificate(String name, P256Key key, CertificateProfile profile) throws IOException {
        if (folder.exists(name)) {
            String text = folder.readText(name);
            Optional<String> fault = fault(text, key);
            if (fault.isEmpty()) {
                return text;
            }
            repairs.add(name + " " + fault.get() + " and has been made again for the same key");
        } else {
            repairs.add(name + " was missing and has been made again for the same key");
        }
        String pem = CertificateAuthority.selfSigned(key, profile, now);
        folder.replace(name, pem);
        return pem;
    }

    private Optional<String> fault(String pem, P256Key key) {
        try {
            X509Certificate certificate = CertificateAuthority.parse(pem);
            if (!Bytes.of(certificate.getPublicKey().getEncoded()).equals(key.spki())) {
                return Optional.of("was not of the key beside it");
            }
            if (certificate.getBasicConstraints() < 0) {
                return Optional.of("was no CA certificate");
            }
            certificate.verify(certificate.getPublicKey());
            boolean lapses = !certificate.getNotAfter().toInstant().isAfter(now.plus(RENEW_BEFORE_END));
            return lapses ? Optional.of("ends within a year") : Optional.empty();
        } catch (KeyException e) {
            return Optional.of("was unusable (" + e.getMessage() + ")");
        } catch (GeneralSecurityException e) {
            return Optional.of("was not signed by its own key");
        }
    }

    /** What was configured, else what is stored, else what the last certificate was for. */
    private String domain(Optional<String> configured) throws IOException {
        if (configured.isPresent()) {
            return configured.get();
        }
        String name = KeyFileNames.RPC_DOMAIN;
        boolean there = folder.exists(name);
        String stored = there ? folder.readText(name).strip() : "";
        if (PLAUSIBLE_DOMAIN.matcher(stored).matches()) {
            return stored;
        }
        String domain = certifiedDomain()
                .orElseThrow(() -> new KeyException(folder.path(name) + (there ? " names no domain" : " is missing")
                        + ", and no certificate tells which domain this node serves. Write the domain into the file, or set"
                        + " core.onboard.auto_bootstrap_domain"));
        repairs.add(name + (there ? " named no domain" : " was missing") + "; it has been taken from the certificate: "
                + domain);
        folder.replace(name, domain);
        return domain;
    }

    private Optional<String> certifiedDomain() throws IOException {
        if (!folder.exists(KeyFileNames.RPC_CERT)) {
            return Optional.empty();
        }
        try {
            Collection<List<?>> names = CertificateAuthority.parse(folder.readText(KeyFileNames.RPC_CERT))
                    .getSubjectAlternativeNames();
            if (names == null) {
                return Optional.empty();
            }
            return names.stream()
                    .filter(name -> name.get(0).equals(DNS_NAME) || name.get(0).equals(IP_ADDRESS))
                    .map(name -> String.valueOf(name.get(1)))
                    .filter(name -> PLAUSIBLE_DOMAIN.matcher(name).matches())
                    .findFirst();
        } catch (KeyException | CertificateParsingException e) {
            return Optional.empty();
        }
    }

    /** The published record, unless it does not parse (as with the reference) or is of other keys than these. */
    private Optional<BootstrapInfo> bootstrapInfo(RootKeys roots) throws IOException {
        String name = KeyFileNames.BOOTSTRAP_INFO;
        if (!folder.exists(name)) {
            return Optional.empty();
        }
        Optional<BootstrapInfo> info;
        try (KeyMaterial text = folder.read(name)) {
            info = text.expose(BootstrapInfo::parse);
        }
        if (info.isEmpty()) {
            repairs.add(name + " does not parse and is not published; it has been left as it is");
        } else if (!info.get().names(roots)) {
            repairs.add(name + " is the record of other keys and is not published; it has been left as it is");
            return Optional.empty();
        }
        return info;
    }
}
