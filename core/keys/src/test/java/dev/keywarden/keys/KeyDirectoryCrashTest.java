package dev.keywarden.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Ends a bootstrap, a repair and their recovery at every operation, by a kill and by a power cut with every loss that POSIX
 * allows, and requires that the next start finds a directory that is empty or complete.
 */
final class KeyDirectoryCrashTest {
    private static final System.Logger LOG = System.getLogger(KeyDirectoryCrashTest.class.getName());
    private static final Path DIRECTORY = Path.of("certs");
    private static final NewKeys STORED = NewKeysFixture.make();

    private final Set<String> checked = new HashSet<>();
    private int points;
    private int outcomes;

    private interface Use {
        void accept(KeyDirectory directory) throws IOException;
    }

    private static KeyDirectory open(ModelFiles files) throws IOException {
        return KeyDirectory.open(DIRECTORY, files, () -> {});
    }

    private static ModelFiles empty() throws IOException {
        ModelFiles files = new ModelFiles();
        files.createDirectory(DIRECTORY);
        files.forceDirectory(Path.of(""));
        return files;
    }

    private static ModelFiles bootstrapped() throws IOException {
        ModelFiles files = empty();
        open(files).store(STORED);
        return files.afterKill();
    }

    private static StoredKeys load(KeyDirectory directory) {
        return directory.load(Optional.of(STORED.domain()), new SecureRandom(), ReferenceDirectory.RECORDED);
    }

    /** Opens and uses the directory, crashing at each operation in turn; returns what may be on the disk afterwards. */
    private List<ModelFiles> crashEverywhere(ModelFiles start, Use use) throws IOException {
        List<ModelFiles> found = new ArrayList<>();
        for (int operation = 0; ; operation++) {
            ModelFiles files = start.afterKill();
            files.crashAt(operation);
            try {
                use.accept(open(files));
                return found;
            } catch (ModelFiles.Crash e) {
                points++;
                found.add(files.afterKill());
                found.addAll(files.afterPowerCut());
            }
        }
    }

    private List<ModelFiles> unseen(List<ModelFiles> states) {
        outcomes += states.size();
        return states.stream().filter(state -> checked.add(state.fingerprint())).toList();
    }

    private static void requireEmptyOrComplete(ModelFiles state) throws IOException {
        requireEmptyOrComplete(state, STORED);
    }

    private static void requireEmptyOrComplete(ModelFiles state, NewKeys wanted) throws IOException {
        ModelFiles files = state.afterKill();
        KeyDirectory directory = open(files);
        if (!directory.hasRootKey()) {
            assertThat(files.list(DIRECTORY)).isEmpty();
            directory.store(wanted);
        }
        try (StoredKeys keys = load(directory)) {
            assertThat(keys.repairs()).isEmpty();
            NewKeysFixture.requireSame(keys, wanted);
        }
        Set<String> names = new TreeSet<>(KeyFileNames.COMMIT_ORDER);
        if (wanted.bootstrapInfo().isEmpty()) {
            names.remove(KeyFileNames.BOOTSTRAP_INFO);
        }
        assertThat(files.list(DIRECTORY)).isEqualTo(names);
        for (String name : names) {
            assertThat(files.mode(DIRECTORY.resolve(name))).isEqualTo(KeyFileNames.modeOf(name));
        }
    }

    @Test
    void defect7ABootstrapThatCrashesAnywhereTwiceIsEmptyOrComplete() throws Exception {
        List<ModelFiles> states = unseen(crashEverywhere(empty(), directory -> directory.store(STORED)));
        for (ModelFiles state : states) {
            requireEmptyOrComplete(state);
            for (ModelFiles after : unseen(crashEverywhere(state, directory -> {}))) {
                requireEmptyOrComplete(after);
            }
        }
        report("bootstrap");
        assertThat(points).isGreaterThan(100);
    }

    /** Keys that were taken over come without a record of their making. */
    @Test
    void anOnboardingThatCrashesAnywhereTwiceIsEmptyOrComplete() throws Exception {
        NewKeys takenOver = NewKeysFixture.withoutRecord();
        List<ModelFiles> states = unseen(crashEverywhere(empty(), directory -> directory.store(takenOver)));
        for (ModelFiles state : states) {
            requireEmptyOrComplete(state, takenOver);
            for (ModelFiles after : unseen(crashEverywhere(state, directory -> {}))) {
                requireEmptyOrComplete(after, takenOver);
            }
        }
        report("onboarding");
        assertThat(points).isGreaterThan(100);
    }

    /** Certificates last ten years and are renewed in their last one; the keys stay. */
    @Test
    void aRenewalOfTheAuthoritiesThatCrashesAnywhereIsFinishedByTheNextStart() throws Exception {
        Instant lastYear = ReferenceDirectory.RECORDED.plus(Duration.ofDays(3400));
        List<ModelFiles> states = unseen(crashEverywhere(bootstrapped(), directory -> {
            try (StoredKeys renewed = directory.load(Optional.of(STORED.domain()), new SecureRandom(), lastYear)) {
                assertThat(renewed.repairs()).isNotEmpty();
            }
        }));
        for (ModelFiles state : states) {
            KeyDirectory directory = open(state);
            directory
                    .load(Optional.of(STORED.domain()), new SecureRandom(), lastYear)
                    .close();
            try (StoredKeys again = directory.load(Optional.of(STORED.domain()), new SecureRandom(), lastYear)) {
                requireSameRoots(again.rootKeys());
                assertThat(again.repairs()).isEmpty();
            }
        }
        report("renewal of both authorities");
        assertThat(points).isGreaterThan(3);
    }

    @Test
    void aBootstrapThatWasAcknowledgedSurvivesAPowerCut() throws Exception {
        ModelFiles files = empty();
        open(files).store(STORED);
        List<ModelFiles> states = unseen(files.afterPowerCut());
        assertThat(states).isNotEmpty();
        for (ModelFiles state : states) {
            KeyDirectory directory = open(state.afterKill());
            assertThat(directory.hasRootKey()).isTrue();
            requireEmptyOrComplete(state);
        }
    }

    /** A full disk: the process goes on, and what it then says of the directory must be true. */
    @Test
    void aBootstrapThatFailsAnywhereSaysSoAndMayBeTriedAgain() throws Exception {
        for (int operation = 0; ; operation++) {
            ModelFiles files = empty();
            KeyDirectory directory = open(files);
            files.failAt(operation);
            try {
                directory.store(STORED);
                assertThat(operation).isGreaterThan(20);
                return;
            } catch (KeyException e) {
                assertThat(e).hasMessage("certs: the key directory can't be used: no space left on device");
            }
            files.run();
            if (directory.hasRootKey()) {
                assertThatThrownBy(() -> directory.store(NewKeysFixture.make()))
                        .hasMessageContaining("never overwritten");
            } else {
                assertThat(files.list(DIRECTORY)).as("key bytes left behind").isEmpty();
                directory.store(STORED);
            }
            try (StoredKeys keys = load(directory)) {
                NewKeysFixture.requireSame(keys, STORED);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tmp-ca.key",
                "rpc.key",
                "tmp-ca.crt",
                "root-ca.crt",
                "rpc-domain",
                "bootstrap-info.json",
                "rpc.crt",
                "tmp-ca.key rpc.key tmp-ca.crt root-ca.crt rpc-domain bootstrap-info.json"
            })
    void aRepairThatCrashesAnywhereIsRepairedByTheNextStart(String missing) throws Exception {
        ModelFiles damaged = bootstrapped();
        for (String name : missing.split(" ", -1)) {
            damaged.delete(DIRECTORY.resolve(name));
        }
        List<ModelFiles> states = unseen(crashEverywhere(damaged.afterKill(), directory -> {
            load(directory).close();
            directory.writeRpcCertificate(STORED.rpcCertPem());
        }));
        for (ModelFiles state : states) {
            KeyDirectory directory = open(state);
            try (StoredKeys keys = load(directory)) {
                requireSameRoots(keys.rootKeys());
            }
            try (StoredKeys again = load(directory)) {
                assertThat(again.repairs()).isEmpty();
            }
        }
        report("repair of " + missing);
        assertThat(points).isGreaterThan(3);
    }

    private static void requireSameRoots(RootKeys loaded) {
        RootKeys stored = STORED.rootKeys();
        assertThat(loaded.rootCa().scalar().sameAs(stored.rootCa().scalar())).isTrue();
        assertThat(loaded.k256().scalar().sameAs(stored.k256().scalar())).isTrue();
    }

    @Test
    void aCertificateIsTheOldOneOrTheNewOne() throws Exception {
        List<ModelFiles> states =
                unseen(crashEverywhere(bootstrapped(), directory -> directory.writeRpcCertificate("new")));
        Set<String> seen = new TreeSet<>();
        for (ModelFiles state : states) {
            open(state);
            seen.add(new String(state.read(DIRECTORY.resolve(KeyFileNames.RPC_CERT)), StandardCharsets.US_ASCII));
        }
        assertThat(seen).containsExactlyInAnyOrder(STORED.rpcCertPem(), "new");
    }

    private void report(String what) {
        LOG.log(
                System.Logger.Level.INFO,
                "{0}: {1} crash points, {2} states of the disk, {3} of them different, 0 losses",
                what,
                points,
                outcomes,
                checked.size());
    }
}
