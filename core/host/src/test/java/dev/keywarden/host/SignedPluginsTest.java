package dev.keywarden.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywarden.spi.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What signatures let in, and everything that they do not. */
final class SignedPluginsTest {
    private static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");
    private static final Instant LATER = NOW.plus(Duration.ofDays(30));

    private final Path plugins;
    private final Path scratch;
    private final KeyPair alice = pair();
    private final KeyPair bob = pair();
    private Path jar;

    SignedPluginsTest(@TempDir Path plugins, @TempDir Path scratch) {
        this.plugins = plugins;
        this.scratch = scratch;
        this.jar = plugins.resolve("both.jar");
    }

    @BeforeEach
    void oneArchive() {
        jar = version("1.2.3").writeTo(plugins, "both.jar");
    }

    private static PluginJar version(String version) {
        return PluginJar.of("both", SamplePlugins.Both.class).manifest("Plugin-Version", version);
    }

    private static KeyPair pair() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static PluginSigner signer(KeyPair pair) {
        return new PluginSigner(Ed25519.raw(pair.getPublic()), pair.getPrivate());
    }

    private static SignaturePolicy.Key key(String name, KeyPair pair, @Nullable Instant expires) {
        return new SignaturePolicy.Key(name, Ed25519.raw(pair.getPublic()), expires);
    }

    private SignaturePolicy trusting(int threshold) {
        return new SignaturePolicy(
                List.of(key("alice", alice, null), key("bob", bob, null)), threshold, Set.of(), Set.of());
    }

    private PluginHostSettings.Builder signed(SignaturePolicy policy) {
        return PluginHostSettings.builder(plugins, scratch, InstantSource.fixed(NOW))
                .trust(TrustMode.SIGNED)
                .signatures(policy)
                .chain(List.of("both"));
    }

    private void sign(KeyPair pair) {
        signer(pair).sign(jar, PluginRole.AUTHORIZER, LATER);
    }

    private void assertRefused(PluginHostSettings.Builder settings, String... sentence) {
        assertThatThrownBy(() -> PluginHost.load(settings.build()))
                .isInstanceOf(PluginLoadException.class)
                .hasMessageStartingWith(plugins.toString())
                .hasMessageContainingAll(sentence)
                .message()
                .hasLineCount(1);
    }

    @Test
    void loadsWhatAKeySignedAndNamesIt() {
        sign(alice);
        try (PluginHost host = PluginHost.load(signed(trusting(1)).build())) {
            assertThat(host.plugins().getFirst().status()).isEqualTo("signed by alice as authorizer until " + LATER);
            assertThat(PluginSet.digest(signed(trusting(1)).build())).isEqualTo(host.pluginSetDigest());
        }
    }

    @Test
    void refusesWhatNobodySigned() {
        assertRefused(signed(trusting(1)), "both.jar: the archive is not signed", "keywarden plugins sign");
    }

    @Test
    void refusesWhatAnUnknownKeySigned() {
        KeyPair mallory = pair();
        sign(mallory);
        assertRefused(
                signed(trusting(1)),
                Ed25519.id(Ed25519.raw(mallory.getPublic())) + " is by an unknown key",
                "of 0 keys");
    }

    @Test
    void refusesWhatARevokedKeySigned() {
        sign(alice);
        SignaturePolicy.Key revoked = key("alice", alice, null);
        assertRefused(
                signed(new SignaturePolicy(
                        List.of(revoked), 1, Set.of(revoked.id().toUpperCase(java.util.Locale.ROOT)), Set.of())),
                "the signature of alice is by a revoked key");
    }

    @Test
    void refusesWhatAKeySignedThatExpired() {
        sign(alice);
        assertRefused(
                signed(new SignaturePolicy(List.of(key("alice", alice, NOW)), 1, Set.of(), Set.of())),
                "the signature of alice is by a key that expired at " + NOW);
    }

    @Test
    void refusesASignatureFromItsEndOn() {
        signer(alice).sign(jar, PluginRole.AUTHORIZER, NOW);
        assertRefused(signed(trusting(1)), "the signature of alice expired at " + NOW);
        signer(alice).sign(jar, PluginRole.AUTHORIZER, NOW.plusSeconds(1));
        PluginHost.load(signed(trusting(1)).build()).close();
    }

    @Test
    void refusesBytesThatChanged() throws IOException {
        sign(alice);
        version("1.2.3").entry("added", "1").writeTo(plugins, "both.jar");
        assertRefused(signed(trusting(1)), "the signature of alice is over other bytes");
    }

    /** The signature of one plugin must not let in another, or the same for another use. */
    @Test
    void refusesASignatureThatIsForSomethingElse() throws Exception {
        sign(alice);
        assertRefused(
                signed(trusting(1)).accept(List.of("both")),
                "count for its use as attestation and authorizer",
                "of 0 keys");
        PluginJar.of("other", SamplePlugins.Both.class).writeTo(plugins, "other.jar");
        Files.copy(plugins.resolve("both.jar.sig"), plugins.resolve("other.jar.sig"));
        assertRefused(signed(trusting(1)), "other.jar: ", "is over other bytes");
    }

    /** Even a key that signs anything can't lend a statement's name or version to other bytes. */
    @Test
    void refusesAStatementWhoseNameOrVersionIsNotTheArchives() throws Exception {
        PluginArchive archive = new ArchiveReader().read(jar);
        for (String[] forged : List.of(new String[] {"other", "1.2.3"}, new String[] {"both", "1.2.4"})) {
            PluginArchive claimed = new PluginArchive(
                    jar, forged[0], forged[1], "", archive.sha256(), "", archive.entryPoint(), Map.of());
            PluginSignature signature = PluginSignature.make(
                    claimed, PluginRole.AUTHORIZER, LATER, Ed25519.raw(alice.getPublic()), alice.getPrivate());
            Files.writeString(SignatureFile.of(jar), signature.text());
            assertRefused(
                    signed(trusting(1)),
                    forged[0].equals("other") ? "is for the plugin other" : "is for version 1.2.4");
        }
    }

    @Test
    void refusesTooFewKeysAndCountsEachOnce() {
        sign(alice);
        sign(alice);
        assertRefused(signed(trusting(2)), "the signatures of 1 keys count", "core.plugins.threshold asks for 2");
        SignaturePolicy twice = new SignaturePolicy(
                List.of(key("alice", alice, null), key("again", alice, null)), 2, Set.of(), Set.of());
        assertRefused(signed(twice), "the signatures of 1 keys count");
        sign(bob);
        PluginHost.load(signed(trusting(2)).build()).close();
    }

    @Test
    void refusesARevokedArchiveWhateverVouchesForIt() {
        sign(alice);
        String digest = version("1.2.3").sha256();
        SignaturePolicy revoking = new SignaturePolicy(List.of(key("alice", alice, null)), 1, Set.of(digest), Set.of());
        assertRefused(
                signed(revoking).pins(Map.of("both", digest)).distributionPins(Set.of(digest)),
                "core.plugins.revoked has its SHA-256, " + digest);
    }

    @Test
    void doesNotGoBackToAnOlderVersionUnlessAllowed() {
        sign(alice);
        PluginGenerations.start(signed(trusting(1)).build()).close();
        version("1.2.2").writeTo(plugins, "both.jar");
        sign(alice);
        assertRefused(signed(trusting(1)), "version 1.2.2 is older than 1.2.3", "core.plugins.allow_older");
        String digest = version("1.2.2").sha256();
        assertRefused(signed(trusting(1)).distributionPins(Set.of(digest)), "version 1.2.2 is older than 1.2.3");
        PluginHost.load(signed(trusting(1)).pins(Map.of("both", digest)).build())
                .close();
        SignaturePolicy allowing = new SignaturePolicy(trusting(1).keys(), 1, Set.of(), Set.of("both"));
        PluginGenerations.start(signed(allowing).build()).close();
        assertRefused(signed(trusting(1)), "version 1.2.2 is older than 1.2.3");
        version("1.10.0").writeTo(plugins, "both.jar");
        sign(alice);
        PluginGenerations.start(signed(trusting(1)).build()).close();
    }

    @Test
    void refusesAVersionThatCannotBeCompared() {
        jar = version("newest").writeTo(plugins, "both.jar");
        sign(alice);
        assertRefused(signed(trusting(1)), "version newest can't be compared");
    }

    /** An unknown past must not pass for none. */
    @Test
    void refusesToGoOnWithADamagedMemoryOfVersions() throws IOException {
        sign(alice);
        Files.writeString(scratch.resolve("plugin-versions"), "both\n");
        assertThatThrownBy(() -> PluginHost.load(signed(trusting(1)).build()))
                .hasMessageContaining("plugin-versions: the versions that this node ran can't be read");
    }

    @Test
    void doesNotStartIfItCannotRememberVersions() throws IOException {
        sign(alice);
        Files.createDirectory(scratch.resolve("plugin-versions.new"));
        assertThatThrownBy(() -> PluginGenerations.start(signed(trusting(1)).build()))
                .isInstanceOf(PluginLoadException.class)
                .hasMessageContaining("can't be remembered");
    }

    /** Going back is to what ran, but not past a revocation that was made since. */
    @Test
    void goesBackToAnOlderVersionThatRanUnlessItsKeyWasRevoked() {
        sign(alice);
        try (PluginGenerations generations =
                PluginGenerations.start(signed(trusting(1)).build())) {
            version("1.3.0").writeTo(plugins, "both.jar");
            sign(bob);
            assertThat(generations
                            .replace(signed(trusting(1)).build(), candidate -> List.of(), "test")
                            .problems())
                    .isEmpty();
            assertThat(generations.rollback(candidate -> List.of(), "back").problems())
                    .isEmpty();
            assertThat(generations.rollback(candidate -> List.of(), "forth").problems())
                    .isEmpty();
            SignaturePolicy revoking = new SignaturePolicy(
                    trusting(1).keys(), 1, Set.of(key("alice", alice, null).id()), Set.of());
            assertThat(generations
                            .replace(signed(revoking).build(), candidate -> List.of(), "revoked")
                            .problems())
                    .isEmpty();
            assertThat(generations.rollback(candidate -> List.of(), "to bob").problems())
                    .isEmpty();
        }
        version("1.4.0").writeTo(plugins, "both.jar");
        sign(alice);
        try (PluginGenerations generations =
                PluginGenerations.start(signed(trusting(1)).build())) {
            version("1.5.0").writeTo(plugins, "both.jar");
            sign(bob);
            SignaturePolicy revoking = new SignaturePolicy(
                    trusting(1).keys(), 1, Set.of(key("alice", alice, null).id()), Set.of());
            assertThat(generations
                            .replace(signed(revoking).build(), candidate -> List.of(), "test")
                            .problems())
                    .isEmpty();
            assertThat(generations.rollback(candidate -> List.of(), "back").problems())
                    .singleElement()
                    .asString()
                    .contains("is by a revoked key");
        }
    }

    /** What is checked are the bytes that are loaded: nothing is read twice. */
    @Test
    void loadsTheBytesThatWereCheckedWhateverLiesThereByThen() throws Exception {
        sign(alice);
        PluginArchive checked = PluginArchives.read(new ArchiveReader(Set.of("both")), jar);
        PluginJar.of("both", SamplePlugins.Throwing.class).writeTo(plugins, "both.jar");
        Files.delete(SignatureFile.of(jar));
        assertThat(signed(trusting(1)).build().trust().refusal(checked)).isEmpty();
        Class<?> loaded = new ArchiveClassLoader(checked).loadClass(checked.entryPoint());
        assertThat(loaded.getName()).isEqualTo(SamplePlugins.Both.class.getName());
    }

    /** Every bit of the file counts: whatever is changed, the archive is refused. */
    @Test
    void refusesEverySignatureFileThatWasTamperedWith() throws IOException {
        sign(alice);
        byte[] sound = Files.readAllBytes(SignatureFile.of(jar));
        List<Integer> accepted = new ArrayList<>();
        for (int at = 0; at < sound.length; at++) {
            for (int bit = 1; bit < 256; bit <<= 1) {
                byte[] changed = sound.clone();
                changed[at] ^= (byte) bit;
                Files.write(SignatureFile.of(jar), changed);
                if (loads()) {
                    accepted.add(at);
                }
            }
        }
        // The line feed at the very end is the one byte that nothing follows.
        assertThat(accepted).allMatch(at -> at == sound.length - 1);
        for (int length = 0; length < sound.length - 1; length++) {
            Files.write(SignatureFile.of(jar), java.util.Arrays.copyOf(sound, length));
            assertThat(loads()).as("%d of %d bytes", length, sound.length).isFalse();
        }
    }

    private boolean loads() {
        try {
            PluginArchive archive = PluginArchives.read(new ArchiveReader(), jar);
            return signed(trusting(1)).build().trust().refusal(archive).isEmpty();
        } catch (ArchiveProblem e) {
            return false;
        }
    }

    @Test
    void refusesSignaturesWithoutEnd() throws IOException {
        Files.write(SignatureFile.of(jar), new byte[(64 << 10) + 1]);
        assertRefused(signed(trusting(1)), "the signatures have more than 65536 bytes");
    }

    @Test
    void refusesALinkOutOfTheFolderAndTakesOneWithinIt(@TempDir Path elsewhere) throws IOException {
        sign(alice);
        Path outside = Files.move(jar, elsewhere.resolve("both.jar"));
        Files.createSymbolicLink(jar, outside);
        assertRefused(signed(trusting(1)), "this is a symbolic link out of the plugin folder, to " + outside);
        Files.delete(jar);
        Files.createSymbolicLink(jar, elsewhere.resolve("nothing"));
        assertRefused(signed(trusting(1)), "leads nowhere");
        Files.delete(jar);
        Files.createSymbolicLink(jar, Files.move(outside, plugins.resolve("both-1.2.3.data")));
        PluginHost.load(signed(trusting(1)).build()).close();
    }

    @Test
    void refusesKeysOfAnotherKind() throws NoSuchAlgorithmException {
        KeyPair other = KeyPairGenerator.getInstance("X25519").generateKeyPair();
        assertThatThrownBy(() -> Ed25519.raw(other.getPublic())).hasMessageStartingWith("not an Ed25519 key");
        assertThatThrownBy(() -> new SignaturePolicy.Key("short", Bytes.of(new byte[31]), null))
                .hasMessage("a public key has 32 bytes, not 31");
    }
}
