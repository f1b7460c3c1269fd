package dev.keywarden.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A key directory on a real file system: wire protocol, section 9, with the stricter rules of the design's section 8. */
final class KeyDirectoryTest {
    private static final Instant NOW = ReferenceDirectory.RECORDED;

    private final Path folder;
    private final Path directory;

    KeyDirectoryTest(@TempDir Path folder) {
        this.folder = folder;
        this.directory = ReferenceDirectory.copyTo(folder);
    }

    private static StoredKeys load(Path directory) {
        return load(directory, NOW);
    }

    private static StoredKeys load(Path directory, Instant now) {
        try (KeyDirectory open = KeyDirectory.open(directory)) {
            return open.load(Optional.empty(), new SecureRandom(), now);
        }
    }

    private static Map<String, String> contents(Path directory) throws IOException {
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = directory.relativize(file).toString();
                if (!name.equals(".lock")) {
                    contents.put(name, HexFormat.of().formatHex(Files.readAllBytes(file)));
                }
            }
        }
        return contents;
    }

    private void refuses(String... said) throws IOException {
        Map<String, String> before = contents(directory);
        assertThatThrownBy(() -> load(directory))
                .isInstanceOf(KeyException.class)
                .hasMessageStartingWith(directory.toString())
                .hasMessageContainingAll(said)
                .hasMessageNotContainingAny(ReferenceDirectory.secrets());
        assertThat(contents(directory)).isEqualTo(before);
        if (Files.exists(directory.resolve("root-ca.key")) || Files.exists(directory.resolve("root-k256.key"))) {
            try (KeyDirectory open = KeyDirectory.open(directory)) {
                assertThat(open.hasRootKey()).isTrue();
                assertThatThrownBy(() -> open.store(NewKeysFixture.make())).hasMessageContaining("never overwritten");
            }
            assertThat(contents(directory)).isEqualTo(before);
        }
    }

    private void write(String name, byte[] content) throws IOException {
        Files.write(directory.resolve(name), content);
    }

    // --- what works

    @Test
    void defect11LoadsTheReferencesDirectoryAndTouchesNothing() throws Exception {
        Map<String, String> before = contents(directory);
        try (StoredKeys keys = load(directory)) {
            assertThat(keys.repairs()).isEmpty();
            assertThat(keys.domain()).isEqualTo("kms.test");
            assertThat(keys.rootCaCertPem()).isEqualTo(Files.readString(directory.resolve("root-ca.crt")));
            assertThat(keys.tempCaCertPem()).isEqualTo(Files.readString(directory.resolve("tmp-ca.crt")));
            assertThat(keys.tempCaKeyPem()).isEqualTo(Files.readString(directory.resolve("tmp-ca.key")));
            assertThat(keys.bootstrapInfo()).get().matches(info -> info.names(keys.rootKeys()));
        }
        assertThat(contents(directory)).isEqualTo(before);
    }

    @Test
    void makesADirectoryThatIsPrivateAndEmpty() throws Exception {
        Path made = folder.resolve("some/where/certs");
        try (KeyDirectory open = KeyDirectory.open(made)) {
            assertThat(open.hasRootKey()).isFalse();
            assertThat(open.warning()).isEmpty();
            assertThatThrownBy(() -> open.load(Optional.empty(), new SecureRandom(), NOW))
                    .hasMessage(made + ": there are no root keys. Bootstrap or onboard this node first");
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
                .isEqualTo("rwx------");
    }

    @Test
    void storesKeysThatLoadAgainWithTheReferencesNamesAndModes() throws Exception {
        Path made = folder.resolve("new");
        NewKeys stored = NewKeysFixture.make();
        try (KeyDirectory open = KeyDirectory.open(made)) {
            open.store(stored);
            assertThat(open.hasRootKey()).isTrue();
        }
        try (StoredKeys keys = load(made)) {
            assertThat(keys.repairs()).isEmpty();
            NewKeysFixture.requireSame(keys, stored);
        }
        for (String name : contents(directory).keySet()) {
            String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(made.resolve(name)));
            assertThat(mode).as(name).isEqualTo(name.endsWith(".key") ? "rw-------" : "rw-r--r--");
        }
        assertThat(contents(made).keySet()).isEqualTo(contents(directory).keySet());
        assertThat(Files.size(made.resolve("root-k256.key"))).isEqualTo(32);
    }

    @Test
    void refusesToStoreASecondTimeAndTouchesNothing() throws Exception {
        Map<String, String> before = contents(directory);
        try (KeyDirectory open = KeyDirectory.open(directory)) {
            assertThatThrownBy(() -> open.store(NewKeysFixture.make()))
                    .isInstanceOf(KeyException.class)
                    .hasMessage(directory + ": there is a root key already; it is never overwritten");
        }
        assertThat(contents(directory)).isEqualTo(before);
    }

    @Test
    void writesTheRpcCertificate() throws Exception {
        try (KeyDirectory open = KeyDirectory.open(directory)) {
            open.writeRpcCertificate("text");
        }
        assertThat(Files.readString(directory.resolve("rpc.crt"))).isEqualTo("text");
    }

    @Test
    void letsNobodyElseInWhileItIsOpen() {
        try (KeyDirectory open = KeyDirectory.open(directory)) {
            assertThatThrownBy(() -> KeyDirectory.open(directory))
                    .isInstanceOf(KeyException.class)
                    .hasMessageContaining("another Keywarden node uses this key directory");
            assertThat(open.hasRootKey()).isTrue();
        }
        load(directory).close();
    }

    // --- root keys that are missing or broken

    @ParameterizedTest
    @ValueSource(strings = {"root-ca.key", "root-k256.key"})
    void refusesOneRootKeyWithoutTheOther(String name) throws Exception {
        Files.delete(directory.resolve(name));
        refuses(name + " is missing, but the other root key is there", "Restore the file from a backup");
    }

    @Test
    void countsAsEmptyWithoutBothRootKeysWhateverElseIsThere() throws Exception {
        Files.delete(directory.resolve("root-ca.key"));
        Files.delete(directory.resolve("root-k256.key"));
        NewKeys stored = NewKeysFixture.make();
        try (KeyDirectory open = KeyDirectory.open(directory)) {
            assertThat(open.hasRootKey()).isFalse();
            open.store(stored);
        }
        try (StoredKeys keys = load(directory)) {
            assertThat(keys.repairs()).isEmpty();
            NewKeysFixture.requireSame(keys, stored);
        }
    }

    @Test
    void removesTheRecordOfEarlierKeysWhenNewOnesHaveNone() throws Exception {
        Files.delete(directory.resolve("root-ca.key"));
        Files.delete(directory.resolve("root-k256.key"));
        try (KeyDirectory open = KeyDirectory.open(directory)) {
            open.store(NewKeysFixture.withoutRecord());
        }
        assertThat(directory.resolve("bootstrap-info.json")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 24, 31, 33, 64})
    void refusesAK256RootOfAnotherLength(int length) throws Exception {
        write("root-k256.key", Arrays.copyOf(ReferenceDirectory.bytes("keys-r2/root-k256.key"), length));
        refuses("root-k256.key: a secp256k1 private key must be 32 raw bytes", "this has " + length + " bytes");
    }

    @Test
    void refusesAK256RootOutOfRange() throws Exception {
        write("root-k256.key", new byte[32]);
        refuses("root-k256.key: a secp256k1 private key must be 32 raw bytes in 1 to n-1");
    }

    @Test
    void refusesEveryTruncationOfTheRootCaKey() throws Exception {
        byte[] good = ReferenceDirectory.bytes("keys-r2/root-ca.key");
        for (int length = 0; length < good.length - 1; length += 17) {
            write("root-ca.key", Arrays.copyOf(good, length));
            refuses("root-ca.key: ", "Restore the file from a backup");
        }
    }

    @Test
    void refusesARootCaKeyOnAnotherCurve() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp384r1"));
        byte[] der = generator.generateKeyPair().getPrivate().getEncoded();
        write("root-ca.key", Pem.encode(Pem.PRIVATE_KEY, der));
        refuses("root-ca.key: not a P-256 key in PKCS#8 with its public key inside");
    }

    @Test
    void refusesARootCaKeyWithoutItsPublicKey() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        byte[] der = generator.generateKeyPair().getPrivate().getEncoded();
        write("root-ca.key", Pem.encode(Pem.PRIVATE_KEY, der));
        refuses("root-ca.key: not a P-256 key in PKCS#8 with its public key inside");
    }

    @Test
    void refusesARootCaKeyThatIsADirectory() throws Exception {
        Files.delete(directory.resolve("root-ca.key"));
        Files.createDirectory(
                directory.resolve("root-ca.key"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        refuses("root-ca.key: can't be read");
    }

    @Test
    void refusesAHugeFileWithoutReadingItWhole() throws Exception {
        write("root-ca.key", new byte[5 << 20]);
        refuses("root-ca.key: can't be read: larger than any key or certificate");
    }

    /** Nothing may be made while a root key is merely out of reach. */
    @Test
    void refusesARootKeyThatIsALinkToNowhere() throws Exception {
        for (String name : new String[] {"root-ca.key", "root-k256.key"}) {
            Files.delete(directory.resolve(name));
            Files.createSymbolicLink(directory.resolve(name), folder.resolve("unmounted/" + name));
        }
        assertThatThrownBy(() -> KeyDirectory.open(directory))
                .isInstanceOf(KeyException.class)
                .hasMessageContainingAll("a link that leads nowhere", "Mount or restore what it leads to");
    }

    @Test
    void followsLinksToKeys() throws Exception {
        Path elsewhere = Files.createDirectory(folder.resolve("mounted"));
        Files.move(directory.resolve("root-ca.key"), elsewhere.resolve("key"));
        Files.createSymbolicLink(directory.resolve("root-ca.key"), elsewhere.resolve("key"));
        assertThat(load(directory).repairs()).isEmpty();
        Files.setPosixFilePermissions(elsewhere.resolve("key"), PosixFilePermissions.fromString("rw-r-----"));
        assertThatThrownBy(() -> load(directory)).hasMessageContaining("others may read");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tmp-ca.key", "rpc.key"})
    void refusesARootKeyThatWasCopiedOverAnotherKey(String name) throws Exception {
        write(name, ReferenceDirectory.bytes("keys-r2/root-ca.key"));
        assertThatThrownBy(() -> load(directory))
                .isInstanceOf(KeyException.class)
                .hasMessageContainingAll("must differ", "Move tmp-ca.key or rpc.key away");
    }

    // --- permissions

    @ParameterizedTest
    @ValueSource(strings = {"root-ca.key", "root-k256.key", "tmp-ca.key", "rpc.key"})
    void defect9RefusesPrivateKeysThatOthersMayRead(String name) throws Exception {
        for (String mode : new String[] {"rw-r-----", "rw----r--", "rw--w----", "rwx--x---", "rw-r--r--"}) {
            Files.setPosixFilePermissions(directory.resolve(name), PosixFilePermissions.fromString(mode));
            assertThatThrownBy(() -> KeyDirectory.open(directory))
                    .isInstanceOf(KeyException.class)
                    .hasMessageStartingWith(
                            directory.resolve(name) + ": a private key that others may read or write (mode ")
                    .hasMessageEndingWith("Fix it: chmod 600 " + directory.resolve(name));
        }
        Files.setPosixFilePermissions(directory.resolve(name), PosixFilePermissions.fromString("r--------"));
        load(directory).close();
    }

    @Test
    void refusesADirectoryThatOthersMayWriteTo() throws Exception {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwx---"));
        assertThatThrownBy(() -> KeyDirectory.open(directory))
                .hasMessage(directory + ": others may write to the key directory (mode 770). Fix it: chmod 700 "
                        + directory);
    }

    @Test
    void warnsOfADirectoryThatOthersMayLookInto() throws Exception {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (KeyDirectory open = KeyDirectory.open(directory)) {
            assertThat(open.warning())
                    .contains(directory + ": others may look into the key directory (mode 755). Fix it: chmod 700 "
                            + directory);
        }
    }

    @Test
    void refusesAFileWhereTheDirectoryShouldBe() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        assertThatThrownBy(() -> KeyDirectory.open(file))
                .isInstanceOf(KeyException.class)
                .hasMessageStartingWith(file + ": not a directory");
    }

    // --- what can be made again

    private StoredKeys repaired(String... said) {
        try (StoredKeys before = ReferenceDirectory.recorded()) {
            StoredKeys keys = load(directory);
            assertThat(keys.repairs()).hasSize(said.length);
            for (int i = 0; i < said.length; i++) {
                assertThat(keys.repairs().get(i)).contains(said[i]);
            }
            assertThat(keys.rootKeys().rootCa().spki())
                    .isEqualTo(before.rootKeys().rootCa().spki());
            assertThat(keys.rootKeys().k256().publicKey())
                    .isEqualTo(before.rootKeys().k256().publicKey());
            assertThat(load(directory).repairs()).as("the second start").isEmpty();
            return keys;
        }
    }

    @Test
    void makesAMissingRootCertificateAgainForTheSameKey() throws Exception {
        Files.delete(directory.resolve("root-ca.crt"));
        StoredKeys keys = repaired("root-ca.crt was missing and has been made again for the same key");
        assertThat(CertificateAuthority.parse(keys.rootCaCertPem())
                        .getNotAfter()
                        .toInstant())
                .isEqualTo(NOW.plus(Duration.ofDays(3650)));
    }

    @Test
    void makesAMissingTemporaryCaAgainWithItsCertificate() throws Exception {
        Files.delete(directory.resolve("tmp-ca.key"));
        StoredKeys keys = repaired("tmp-ca.key was missing", "tmp-ca.crt was not of the key beside it");
        CertificateAuthority.of(keys.rootKeys().tempCa(), keys.tempCaCertPem());
        assertThat(keys.tempCaKeyPem()).isEqualTo(Files.readString(directory.resolve("tmp-ca.key")));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("tmp-ca.key"))))
                .isEqualTo("rw-------");
    }

    @Test
    void makesABrokenRpcKeyAgain() throws Exception {
        write("rpc.key", "no key".getBytes(StandardCharsets.US_ASCII));
        repaired("rpc.key was unusable (not one PEM object of type PRIVATE KEY) and has been made again");
    }

    @Test
    void makesACertificateOfAnotherKeyAgain() throws Exception {
        write("root-ca.crt", ReferenceDirectory.bytes("keys-r2/tmp-ca.crt"));
        repaired("root-ca.crt was not of the key beside it");
    }

    @Test
    void makesABrokenCertificateAgain() throws Exception {
        byte[] der = Pem.decode(ReferenceDirectory.bytes("keys-r2/root-ca.crt"), Pem.CERTIFICATE);
        der[der.length - 1] ^= 1;
        write("root-ca.crt", Pem.encode(Pem.CERTIFICATE, der));
        write("tmp-ca.crt", new byte[0]);
        repaired("root-ca.crt was not signed by its own key", "tmp-ca.crt was unusable");
    }

    @Test
    void makesALeafWhereACaCertificateShouldBeAgain() throws Exception {
        try (StoredKeys keys = ReferenceDirectory.recorded()) {
            String leaf = CertificateAuthority.selfSigned(
                    keys.rootKeys().rootCa(), CertificateProfile.raTlsClient(List.of()), NOW);
            write("root-ca.crt", leaf.getBytes(StandardCharsets.US_ASCII));
        }
        repaired("root-ca.crt was no CA certificate");
    }

    @Test
    void renewsACertificateWithinItsLastYearAndNotBefore() throws Exception {
        Instant end = CertificateAuthority.parse(Files.readString(directory.resolve("root-ca.crt")))
                .getNotAfter()
                .toInstant();
        Map<String, String> before = contents(directory);
        load(directory, end.minus(Duration.ofDays(365)).minusSeconds(1)).close();
        assertThat(contents(directory)).isEqualTo(before);
        try (StoredKeys keys = load(directory, end.minus(Duration.ofDays(365)))) {
            assertThat(keys.repairs()).anyMatch(said -> said.startsWith("root-ca.crt ends within a year"));
            assertThat(CertificateAuthority.parse(keys.rootCaCertPem())
                            .getNotAfter()
                            .toInstant())
                    .isAfter(end);
        }
    }

    @Test
    void takesTheDomainFromTheCertificateWhenItsFileIsMissingOrBroken() throws Exception {
        Files.delete(directory.resolve("rpc-domain"));
        assertThat(repaired("rpc-domain was missing").domain()).isEqualTo("kms.test");
        write("rpc-domain", new byte[] {0, 1, 2});
        assertThat(repaired("rpc-domain named no domain").domain()).isEqualTo("kms.test");
        assertThat(Files.readString(directory.resolve("rpc-domain"))).isEqualTo("kms.test");
    }

    @Test
    void toleratesALineEndBehindTheDomain() throws Exception {
        write("rpc-domain", " kms.test\r\n".getBytes(StandardCharsets.US_ASCII));
        assertThat(load(directory).domain()).isEqualTo("kms.test");
    }

    @Test
    void asksForTheDomainWhenNothingTellsIt() throws Exception {
        Files.delete(directory.resolve("rpc-domain"));
        Files.delete(directory.resolve("rpc.crt"));
        refuses("rpc-domain is missing", "core.onboard.auto_bootstrap_domain");
        try (KeyDirectory open = KeyDirectory.open(directory)) {
            assertThat(open.load(Optional.of("other.test"), new SecureRandom(), NOW)
                            .domain())
                    .isEqualTo("other.test");
        }
    }

    @Test
    void doesNotPublishARecordThatDoesNotParseOrIsOfOtherKeys() throws Exception {
        write("bootstrap-info.json", "{".getBytes(StandardCharsets.US_ASCII));
        try (StoredKeys keys = load(directory)) {
            assertThat(keys.bootstrapInfo()).isEmpty();
            assertThat(keys.repairs()).singleElement().asString().contains("does not parse");
        }
        write(
                "bootstrap-info.json",
                NewKeysFixture.make().bootstrapInfo().orElseThrow().toJson());
        try (StoredKeys keys = load(directory)) {
            assertThat(keys.bootstrapInfo()).isEmpty();
            assertThat(keys.repairs()).singleElement().asString().contains("is the record of other keys");
        }
    }

    @Test
    void makesEverythingButTheRootKeysAgain() throws Exception {
        for (String name : contents(directory).keySet()) {
            if (!name.startsWith("root-") || name.endsWith(".crt")) {
                Files.delete(directory.resolve(name));
            }
        }
        try (KeyDirectory open = KeyDirectory.open(directory);
                StoredKeys keys = open.load(Optional.of("kms.test"), new SecureRandom(), NOW)) {
            assertThat(keys.repairs()).hasSize(4);
            assertThat(keys.rootKeys().k256().publicKey().toHex()).startsWith("026919483d");
        }
    }

    // --- leftovers

    @Test
    void leavesFilesAloneThatAreNotItsOwn() throws Exception {
        write("notes.tmp", new byte[] {1});
        write("root-ca.key.bak", new byte[] {1});
        load(directory).close();
        assertThat(directory.resolve("notes.tmp")).exists();
        assertThat(directory.resolve("root-ca.key.bak")).exists();
    }

    /** A crash in the middle of a bootstrap, then a backup restored over it: nobody but a person can choose. */
    @Test
    void refusesToChooseBetweenTwoSetsOfRootKeys() throws Exception {
        Path commit = Files.createDirectory(
                directory.resolve(StagedCommit.COMMIT),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.write(commit.resolve("rpc-domain"), new byte[] {'x'});
        Files.write(commit.resolve("root-k256.key"), HexFormat.of().parseHex("33".repeat(32)));
        Map<String, String> before = contents(directory);
        assertThatThrownBy(() -> KeyDirectory.open(directory))
                .isInstanceOf(KeyException.class)
                .hasMessageContainingAll("there is a root key already", "another one waits in " + commit);
        assertThat(contents(directory)).isEqualTo(before);
    }
}
