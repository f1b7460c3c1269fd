package dev.keywarden.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.Serializable;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

final class KeyMaterialTest {
    private static final byte[] CANARY = "c0ffee c0ffee c0ffee".getBytes(StandardCharsets.US_ASCII);

    @Test
    void printsItsLengthAndNothingElse() {
        assertThat(KeyMaterial.copyOf(CANARY)).hasToString("KeyMaterial[20 bytes, redacted]");
    }

    @Test
    void hasNoEqualityNoHashAndNoSerialForm() {
        assertThat(Modifier.isFinal(KeyMaterial.class.getModifiers())).isTrue();
        assertThat(Serializable.class.isAssignableFrom(KeyMaterial.class)).isFalse();
        assertThat(Arrays.stream(KeyMaterial.class.getDeclaredMethods()).map(method -> method.getName()))
                .doesNotContain("equals", "hashCode", "compareTo", "clone");
    }

    @Test
    void copiesWhatStaysTheCallers() {
        byte[] mine = CANARY.clone();
        try (KeyMaterial material = KeyMaterial.copyOf(mine)) {
            mine[0] ^= 1;
            assertThat(material.<Boolean>expose(bytes -> Arrays.equals(bytes, CANARY)))
                    .isTrue();
        }
        assertThat(mine).isNotEqualTo(new byte[mine.length]);
    }

    @Test
    void overwritesItsBytesWhenClosed() {
        byte[] owned = CANARY.clone();
        KeyMaterial material = KeyMaterial.owning(owned);
        material.close();
        assertThat(owned).containsOnly(0);
        material.close();
        assertThatThrownBy(() -> material.expose(bytes -> bytes))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("key material was used after it was closed");
        assertThatThrownBy(() -> material.sameAs(KeyMaterial.copyOf(CANARY))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void comparesContents() {
        KeyMaterial material = KeyMaterial.copyOf(CANARY);
        byte[] other = CANARY.clone();
        other[other.length - 1] ^= 1;
        assertThat(material.sameAs(material)).isTrue();
        assertThat(material.sameAs(KeyMaterial.copyOf(CANARY))).isTrue();
        assertThat(material.sameAs(KeyMaterial.copyOf(other))).isFalse();
        assertThat(material.sameAs(KeyMaterial.copyOf(Arrays.copyOf(CANARY, CANARY.length - 1))))
                .isFalse();
        assertThat(KeyMaterial.allDiffer(material, KeyMaterial.copyOf(other))).isTrue();
        assertThat(KeyMaterial.allDiffer(material, KeyMaterial.copyOf(other), KeyMaterial.copyOf(CANARY)))
                .isFalse();
    }

    /** A request that is still deriving while the node stops must not derive from zeros. */
    @Test
    void waitsForReadersBeforeItOverwrites() throws Exception {
        KeyMaterial material = KeyMaterial.copyOf(CANARY);
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch mayFinish = new CountDownLatch(1);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<byte[]> read = threads.submit(() -> material.expose(bytes -> {
                reading.countDown();
                await(mayFinish);
                return bytes.clone();
            }));
            reading.await();
            Future<?> closed = threads.submit(material::close);
            mayFinish.countDown();
            assertThat(read.get()).isEqualTo(CANARY);
            closed.get();
        }
        assertThatThrownBy(() -> material.expose(bytes -> bytes)).isInstanceOf(IllegalStateException.class);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
