package dev.keywarden.keys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywarden.spi.Bytes;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What a bootstrap stores. */
final class NewKeysFixture {
    private static final Instant NOW = ReferenceDirectory.RECORDED;
    private static final String DOMAIN = "new.test";

    private NewKeysFixture() {}

    static NewKeys make() {
        RootKeys roots = RootKeys.generate(new SecureRandom());
        return make(
                roots,
                Optional.of(
                        new BootstrapInfo(roots.rootCa().spki(), roots.k256().publicKey(), Bytes.fromHex("0102"))));
    }

    static NewKeys withoutRecord() {
        return make(RootKeys.generate(new SecureRandom()), Optional.empty());
    }

    private static NewKeys make(RootKeys roots, Optional<BootstrapInfo> record) {
        P256Key rpc = P256Key.generate(new SecureRandom());
        String rootCert = CertificateAuthority.selfSigned(roots.rootCa(), CertificateProfile.rootCa(), NOW);
        return new NewKeys(
                roots,
                rpc,
                rootCert,
                CertificateAuthority.selfSigned(roots.tempCa(), CertificateProfile.tempCa(), NOW),
                CertificateAuthority.of(roots.rootCa(), rootCert)
                        .issue(CertificateProfile.rpc(DOMAIN, List.of()), rpc.spki(), NOW),
                DOMAIN,
                record);
    }

    static void requireSame(StoredKeys loaded, NewKeys stored) {
        RootKeys roots = stored.rootKeys();
        assertThat(loaded.rootKeys().rootCa().scalar().sameAs(roots.rootCa().scalar()))
                .isTrue();
        assertThat(loaded.rootKeys().k256().scalar().sameAs(roots.k256().scalar()))
                .isTrue();
        assertThat(loaded.rootKeys().tempCa().scalar().sameAs(roots.tempCa().scalar()))
                .isTrue();
        assertThat(loaded.rpcKey().scalar().sameAs(stored.rpcKey().scalar())).isTrue();
        assertThat(loaded.rootCaCertPem()).isEqualTo(stored.rootCaCertPem());
        assertThat(loaded.tempCaCertPem()).isEqualTo(stored.tempCaCertPem());
        assertThat(loaded.domain()).isEqualTo(stored.domain());
        assertThat(loaded.bootstrapInfo()).isEqualTo(stored.bootstrapInfo());
    }
}
