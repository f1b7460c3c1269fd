package dev.keywarden.app.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywarden.spi.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EvidenceStoreTest {
    private static final int SIZE = 100;

    private final Path folder;

    EvidenceStoreTest(@TempDir Path folder) {
        this.folder = folder.resolve("evidence");
    }

    @Test
    void keepsContentUnderItsDigestOnce() throws IOException {
        EvidenceStore store = EvidenceStore.open(folder, 1000);
        keep(store, 1);
        store.keep(digest(1), () -> {
            throw new AssertionError("it is there already");
        });

        assertThat(store.find(digest(1).toHex())).contains(content(1));
        assertThat(store.find(digest(2).toHex())).isEmpty();
        assertThat(store.find("../../etc/passwd")).isEmpty();
        String name = digest(1).toHex();
        assertThat(folder.resolve(name.substring(0, 2)).resolve(name))
                .hasBinaryContent(content(1).toArray());
    }

    @Test
    void removesWhatWasKeptFirstAcrossRestarts() throws IOException {
        EvidenceStore store = EvidenceStore.open(folder, 3 * SIZE);
        for (int i = 0; i < 3; i++) {
            keep(store, i);
            Files.setLastModifiedTime(path(i), FileTime.fromMillis(1000L * i));
        }
        EvidenceStore again = EvidenceStore.open(folder, 3 * SIZE);
        keep(again, 3);

        assertThat(again.find(digest(0).toHex())).isEmpty();
        for (int i = 1; i <= 3; i++) {
            assertThat(again.find(digest(i).toHex())).isPresent();
        }
        assertThat(again.bytes()).isEqualTo(3 * SIZE);
        assertThat(EvidenceStore.open(folder, SIZE).bytes()).isEqualTo(SIZE);
        assertThat(again.find(digest(1).toHex())).isEmpty();
    }

    @Test
    void keepsNothingWhereThereIsNoRoomForIt() throws IOException {
        EvidenceStore none = EvidenceStore.open(folder, 0);
        keep(none, 1);
        EvidenceStore small = EvidenceStore.open(folder, SIZE - 1);
        keep(small, 1);

        assertThat(none.find(digest(1).toHex())).isEmpty();
        assertThat(folder).doesNotExist();
    }

    @Test
    void doesNotTakeWhatWasChangedForWhatItWas() throws IOException {
        EvidenceStore store = EvidenceStore.open(folder, 1000);
        keep(store, 1);
        Files.write(path(1), content(2).toArray());

        assertThat(store.find(digest(1).toHex())).isEmpty();
    }

    @Test
    void failsWhereNothingCanBeWritten() throws IOException {
        Files.writeString(folder, "in the way");
        EvidenceStore store = EvidenceStore.open(folder, 1000);

        assertThatThrownBy(() -> keep(store, 1)).isInstanceOf(IOException.class);
    }

    private static void keep(EvidenceStore store, int number) throws IOException {
        store.keep(digest(number), () -> content(number));
    }

    private Path path(int number) {
        String name = digest(number).toHex();
        return folder.resolve(name.substring(0, 2)).resolve(name);
    }

    private static Bytes content(int number) {
        byte[] bytes = new byte[SIZE];
        bytes[0] = (byte) number;
        return Bytes.of(bytes);
    }

    private static Bytes digest(int number) {
        return EvidenceStore.digest(content(number));
    }
}
