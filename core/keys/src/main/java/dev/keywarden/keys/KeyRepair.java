package dev.keywarden.keys;

import dev.keywarden.spi.Bytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Loads a key directory, making again whatever follows from the root keys and is missing, broken or lapsing. */
final class KeyRepair {
    private static final Duration RENEW_BEFORE_END = Duration.ofDays(365);
    private static final int DNS_NAME = 2;
    private static final int IP_ADDRESS = 7;

    private final Path directory;
    private final KeyFiles files;
    private final SecureRandom random;
    private final Instant now;
    private final List<String> repairs = new ArrayList<>();

    KeyRepair(Path directory, KeyFiles files, SecureRandom random, Instant now) {
        this.directory = directory;
        this.files = files;
        this.random = random;
        this.now = now;
    }

    StoredKeys load(Optional<String> configuredDomain) throws IOException {
        requireBothRootKeys();
        P256Key rootCa = rootCaKey();
        K256Key k256 = k256Key();
        String domain = domain(configuredDomain);
        P256Key tempCa = remakable(KeyFileNames.TEMP_CA_KEY);
        P256Key rpc = remakable(KeyFileNames.RPC_KEY);
        String rootCert = caCertificate(KeyFileNames.ROOT_CA_CERT, rootCa, CertificateProfile.rootCa());
        String tempCert = caCertificate(KeyFileNames.TEMP_CA_CERT, tempCa, CertificateProfile.tempCa());
        String tempKeyPem = string(files.read(directory.resolve(KeyFileNames.TEMP_CA_KEY)));
        return new StoredKeys(
                new RootKeys(rootCa, k256, tempCa),
                rpc,
                rootCert,
                tempCert,
                tempKeyPem,
                domain,
                bootstrapInfo(),
                repairs);
    }

    private void requireBothRootKeys() throws IOException {
        boolean ca = files.exists(directory.resolve(KeyFileNames.ROOT_CA_KEY));
        boolean k256 = files.exists(directory.resolve(KeyFileNames.ROOT_K256_KEY));
        if (ca && k256) {
            return;
        }
        if (!ca && !k256) {
            throw new KeyException(directory + ": there are no root keys. Bootstrap or onboard this node first");
        }
        String missing = ca ? KeyFileNames.ROOT_K256_KEY : KeyFileNames.ROOT_CA_KEY;
        throw new KeyException(directory.resolve(missing) + " is missing, but the other root key is there. Restore the"
                + " file from a backup, or move the other one away to start without root keys; none is made while one"
                + " exists");
    }

    private P256Key rootCaKey() throws IOException {
        Path file = directory.resolve(KeyFileNames.ROOT_CA_KEY);
        byte[] pem = files.read(file);
        try {
            return P256Key.fromPem(string(pem));
        } catch (KeyException e) {
            throw new KeyException(file + ": " + e.getMessage() + ". Restore the file from a backup", e);
        } finally {
            Arrays.fill(pem, (byte) 0);
        }
    }

    private K256Key k256Key() throws IOException {
        Path file = directory.resolve(KeyFileNames.ROOT_K256_KEY);
        try {
            return K256Key.fromScalar(KeyMaterial.owning(files.read(file)));
        } catch (KeyException e) {
            throw new KeyException(file + ": " + e.getMessage() + ". Restore the file from a backup", e);
        }
    }

    /** A key that nothing is derived from, so that a new one will do. */
    private P256Key remakable(String name) throws IOException {
        Path file = directory.resolve(name);
        if (files.exists(file)) {
            try {
                return P256Key.fromPem(string(files.read(file)));
            } catch (KeyException e) {
                repairs.add(name + " was unusable (" + e.getMessage() + ") and has been made again");
            }
        } else {
            repairs.add(name + " was missing and has been made again");
        }
        P256Key key = P256Key.generate(random);
        try (KeyMaterial pem = key.pem()) {
            replace(files, directory, name, pem.expose(byte[]::clone));
        }
        return key;
    }

    /** The text on disk if it is a certificate of this key that lasts another year; otherwise a new one. */
    private String caCertificate(String name, P256Key key, CertificateProfile profile) throws IOException {
        Path file = directory.resolve(name);
        if (files.exists(file)) {
            String text = string(files.read(file));
            Optional<String> fault = fault(text, key);
            if (fault.isEmpty()) {
                return text;
            }
            repairs.add(name + " " + fault.get() + " and has been made again for the same key");
        } else {
            repairs.add(name + " was missing and has been made again for the same key");
        }
        String pem = CertificateAuthority.selfSigned(key, profile, now);
        replace(files, directory, name, text(pem));
        return pem;
    }

    private Optional<String> fault(String pem, P256Key key) {
        try {
            X509Certificate certificate = CertificateAuthority.parse(pem);
            if (!Bytes.of(certificate.getPublicKey().getEncoded()).equals(key.spki())) {
                return Optional.of("was not of the key beside it");
            }
            boolean lapses = !certificate.getNotAfter().toInstant().isAfter(now.plus(RENEW_BEFORE_END));
            return lapses ? Optional.of("ends within a year") : Optional.empty();
        } catch (KeyException e) {
            return Optional.of("was unusable (" + e.getMessage() + ")");
        }
    }

    /** What was configured, else what is stored, else what the last certificate was for. */
    private String domain(Optional<String> configured) throws IOException {
        Path file = directory.resolve(KeyFileNames.RPC_DOMAIN);
        String stored = files.exists(file) ? string(files.read(file)).strip() : "";
        if (configured.isPresent()) {
            return configured.get();
        }
        if (!stored.isEmpty()) {
            return stored;
        }
        String domain = certifiedDomain()
                .orElseThrow(
                        () -> new KeyException(
                                file + " is missing, and no certificate tells which domain this node"
                                        + " serves. Write the domain into the file, or set core.onboard.auto_bootstrap_domain"));
        repairs.add(KeyFileNames.RPC_DOMAIN + " was missing and has been taken from the certificate: " + domain);
        replace(files, directory, KeyFileNames.RPC_DOMAIN, text(domain));
        return domain;
    }

    private Optional<String> certifiedDomain() throws IOException {
        Path file = directory.resolve(KeyFileNames.RPC_CERT);
        if (!files.exists(file)) {
            return Optional.empty();
        }
        try {
            Collection<List<?>> names =
                    CertificateAuthority.parse(string(files.read(file))).getSubjectAlternativeNames();
            if (names == null) {
                return Optional.empty();
            }
            return names.stream()
                    .filter(name -> name.get(0).equals(DNS_NAME) || name.get(0).equals(IP_ADDRESS))
                    .map(name -> String.valueOf(name.get(1)))
                    .findFirst();
        } catch (KeyException | CertificateParsingException e) {
            return Optional.empty();
        }
    }

    private Optional<BootstrapInfo> bootstrapInfo() throws IOException {
        Path file = directory.resolve(KeyFileNames.BOOTSTRAP_INFO);
        return files.exists(file) ? BootstrapInfo.parse(files.read(file)) : Optional.empty();
    }

    /** Replaces one file: written beside it, flushed, renamed, and the directory flushed. */
    static void replace(KeyFiles files, Path directory, String name, byte[] content) throws IOException {
        Path temporary = directory.resolve(name + ".tmp");
        if (files.exists(temporary)) {
            files.delete(temporary);
        }
        files.create(temporary, content, KeyFileNames.modeOf(name));
        Arrays.fill(content, (byte) 0);
        files.force(temporary);
        files.rename(temporary, directory.resolve(name));
        files.forceDirectory(directory);
    }

    static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String string(byte[] text) {
        return new String(text, StandardCharsets.UTF_8);
    }
}
