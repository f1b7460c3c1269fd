package dev.keywarden.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class RootKeysTest {
    private static final String ONE = "44".repeat(32);
    private static final String TWO = "55".repeat(32);

    @Test
    void refusesATemporaryKeyThatIsARootKey() {
        assertThatThrownBy(
                        () -> new RootKeys(PublishedKeys.p256(ONE), PublishedKeys.k256(TWO), PublishedKeys.p256(ONE)))
                .isInstanceOf(KeyException.class)
                .hasMessageContaining("are the same");
        assertThatThrownBy(
                        () -> new RootKeys(PublishedKeys.p256(ONE), PublishedKeys.k256(TWO), PublishedKeys.p256(TWO)))
                .isInstanceOf(KeyException.class);
        assertThatThrownBy(
                        () -> new RootKeys(PublishedKeys.p256(ONE), PublishedKeys.k256(ONE), PublishedKeys.p256(TWO)))
                .isInstanceOf(KeyException.class);
    }

    @Test
    void refusesARandomSourceThatIsStuck() {
        SecureRandom stuck = new SecureRandom() {
            private static final long serialVersionUID = 1L;

            @Override
            public void nextBytes(byte[] bytes) {
                Arrays.fill(bytes, (byte) 7);
            }
        };
        assertThatThrownBy(() -> RootKeys.generate(stuck)).isInstanceOf(KeyException.class);
    }

    @Test
    void generatesOtherKeysEachTime() {
        SecureRandom random = new SecureRandom();
        try (RootKeys one = RootKeys.generate(random);
                RootKeys other = RootKeys.generate(random)) {
            assertThat(KeyMaterial.allDiffer(
                            one.rootCa().scalar(),
                            one.k256().scalar(),
                            one.tempCa().scalar(),
                            other.rootCa().scalar(),
                            other.k256().scalar(),
                            other.tempCa().scalar()))
                    .isTrue();
        }
    }

    @Test
    void closesAllOfThem() {
        RootKeys keys = PublishedKeys.roots();
        keys.close();
        assertThatThrownBy(() -> keys.rootCa().pkcs8()).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> keys.k256().sign(new byte[32])).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> keys.tempCa().pkcs8()).isInstanceOf(IllegalStateException.class);
    }
}
