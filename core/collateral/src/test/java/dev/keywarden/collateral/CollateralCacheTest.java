package dev.keywarden.collateral;

import static dev.keywarden.collateral.Sets.NOW;
import static dev.keywarden.collateral.Sets.REQUEST;
import static dev.keywarden.collateral.Sets.TEE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.keywarden.dcap.Collateral;
import dev.keywarden.dcap.CollateralAge;
import dev.keywarden.dcap.DcapCode;
import dev.keywarden.dcap.VerifiedCollateral;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CollateralCacheTest {
    private static final Duration DAY = Duration.ofDays(1);
    private static final CacheRules PATIENT =
            new CacheRules(Duration.ofHours(24), Duration.ofDays(3), Duration.ofSeconds(5), 256, true);

    private final Path directory;
    private final Scripted source = new Scripted();
    private final Recorded events = new Recorded();
    private final List<CollateralCache> open = new ArrayList<>();

    CollateralCacheTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @AfterEach
    void close() {
        open.forEach(CollateralCache::close);
    }

    @Test
    void fetchesOnceAndKeeps() {
        CollateralCache cache = cache(CacheRules.DEFAULT);

        assertThat(cache.get(REQUEST, NOW).verified().collateral())
                .isSameAs(cache.get(REQUEST, NOW.plus(Duration.ofHours(2)))
                        .verified()
                        .collateral());
        assertThat(source.fetches).hasValue(1);
    }

    @Test
    void fetchesOnceForAllWhoWait() throws Exception {
        CollateralCache cache = cache(CacheRules.DEFAULT);
        CountDownLatch release = new CountDownLatch(1);
        source.answer = () -> {
            await(release);
            return TEE.collateral(NOW).collateral();
        };
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<UsableCollateral>> waiting = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                Callable<UsableCollateral> one = () -> cache.get(REQUEST, NOW);
                waiting.add(threads.submit(one));
            }
            release.countDown();
            for (Future<UsableCollateral> one : waiting) {
                assertThat(one.get(30, TimeUnit.SECONDS).stale()).isFalse();
            }
        }
        assertThat(source.fetches).hasValue(1);
    }

    @Test
    void refreshesAheadWhileTheOldOneServes() throws InterruptedException {
        CollateralCache cache = cache(CacheRules.DEFAULT);
        Collateral first = cache.get(REQUEST, NOW).verified().collateral();
        events.next();
        Instant later = NOW.plus(DAY.multipliedBy(2));
        source.madeAt = later;

        assertThat(cache.get(REQUEST, later).verified().collateral()).isSameAs(first);
        assertThat(events.next()).startsWith("fetched");
        assertThat(cache.get(REQUEST, later).verified().collateral()).isNotSameAs(first);
        assertThat(source.fetches).hasValue(2);
    }

    /** Rule 9: it says so once each time, and what is not valid yet stays refused. */
    @Test
    void tellsOfAClockThatGoesBack() {
        CollateralCache cache = cache(CacheRules.DEFAULT);
        cache.get(REQUEST, NOW);
        Instant issued = NOW.minus(DAY);
        Instant wrong = issued.minus(Duration.ofMinutes(6));

        cache.get(REQUEST, issued);
        assertThat(events.seen).noneMatch(event -> event.startsWith("clock"));
        for (int call = 0; call < 3; call++) {
            assertThatExceptionOfType(CollateralException.class)
                    .isThrownBy(() -> cache.get(REQUEST, wrong))
                    .satisfies(e -> assertThat(e.code().category()).isEqualTo(DcapCode.Category.TIME));
        }
        String told = "clock " + wrong + " before " + issued;
        assertThat(events.seen).filteredOn(event -> event.startsWith("clock")).containsExactly(told);

        cache.get(REQUEST, NOW);
        assertThatExceptionOfType(CollateralException.class).isThrownBy(() -> cache.get(REQUEST, wrong));
        assertThat(events.seen).filteredOn(event -> event.startsWith("clock")).containsExactly(told, told);
    }

    @Test
    void servesTheOldOneUntilItsEndWhileTheServiceIsAway() throws InterruptedException {
        CollateralCache cache = cache(CacheRules.DEFAULT);
        Instant end = cache.get(REQUEST, NOW).verified().validUntil();
        events.next();
        source.fail(DcapCode.COLLATERAL_UNAVAILABLE);

        assertThat(cache.get(REQUEST, end.minusSeconds(1)).stale()).isFalse();
        assertThat(events.next()).isEqualTo("urgent COLLATERAL_UNAVAILABLE");
        assertThatExceptionOfType(CollateralException.class).isThrownBy(() -> cache.get(REQUEST, end));
    }

    @Test
    void goesBeyondTheEndOnlyAsFarAsConfigured() {
        CollateralCache cache = cache(PATIENT);
        Instant end = cache.get(REQUEST, NOW).verified().validUntil();
        source.fail(DcapCode.COLLATERAL_UNAVAILABLE);

        UsableCollateral stale = cache.get(REQUEST, end.plus(DAY));

        assertThat(stale.stale()).isTrue();
        assertThat(stale.time()).isEqualTo(end.minusSeconds(1));
        assertThatExceptionOfType(CollateralException.class)
                .isThrownBy(() -> cache.get(REQUEST, end.plus(DAY.multipliedBy(3))));
    }

    @Test
    void pausesAfterAFailedRefresh() throws InterruptedException {
        CollateralCache cache = cache(CacheRules.DEFAULT);
        cache.get(REQUEST, NOW);
        events.next();
        source.fail(DcapCode.COLLATERAL_UNAVAILABLE);
        Instant later = NOW.plus(DAY.multipliedBy(2));

        cache.get(REQUEST, later);
        assertThat(events.next()).isEqualTo("failed COLLATERAL_UNAVAILABLE");
        cache.get(REQUEST, later);
        assertThat(source.fetches).hasValue(2);
        // The failure is told a moment before its fetch counts as ended, and a fetch under way is not joined by
        // another.
        String event = null;
        for (int attempt = 0; event == null && attempt < 1000; attempt++) {
            cache.get(REQUEST, later.plusSeconds(2));
            event = events.queue.poll(30, TimeUnit.MILLISECONDS);
        }
        assertThat(event).isEqualTo("failed COLLATERAL_UNAVAILABLE");
        assertThat(source.fetches).hasValue(3);
    }

    @Test
    void remembersFailuresForAWhile() {
        CollateralCache cache = cache(CacheRules.DEFAULT);
        source.fail(DcapCode.COLLATERAL_UNAVAILABLE);

        assertFails(cache, NOW, DcapCode.COLLATERAL_UNAVAILABLE);
        assertFails(cache, NOW.plusSeconds(29), DcapCode.COLLATERAL_UNAVAILABLE);
        assertThat(source.fetches).hasValue(1);
        assertFails(cache, NOW.plusSeconds(30), DcapCode.COLLATERAL_UNAVAILABLE);
        assertThat(source.fetches).hasValue(2);
    }

    @Test
    void remembersUnknownPlatformsForLonger() {
        CollateralCache cache = cache(CacheRules.DEFAULT);
        source.fail(DcapCode.COLLATERAL_UNKNOWN_PLATFORM);

        assertFails(cache, NOW, DcapCode.COLLATERAL_UNKNOWN_PLATFORM);
        assertFails(cache, NOW.plusSeconds(599), DcapCode.COLLATERAL_UNKNOWN_PLATFORM);
        assertThat(source.fetches).hasValue(1);
    }

    @Test
    void isNotTakenBackToWhatWasLeftBehind() throws InterruptedException {
        CollateralCache cache = cache(CacheRules.DEFAULT);
        Collateral newer = cache.get(REQUEST, NOW).verified().collateral();
        events.next();
        source.madeAt = NOW.minus(Duration.ofDays(5));
        Instant later = NOW.plus(DAY.multipliedBy(2));

        assertThat(cache.get(REQUEST, later).verified().collateral()).isSameAs(newer);
        assertThat(events.next()).isEqualTo("failed COLLATERAL_ROLLBACK");
        assertThat(cache.get(REQUEST, later).verified().collateral()).isSameAs(newer);
    }

    @Test
    void looksTwiceWhereIntelIsPublishing() {
        CollateralCache cache = cache(CacheRules.DEFAULT);
        source.answer = () -> {
            var forge = TEE.collateral(NOW);
            forge.tcbInfo().set("tcbEvaluationDataNumber", source.fetches.get() == 1 ? 18 : 17);
            return forge.collateral();
        };

        assertThat(cache.get(REQUEST, NOW).verified().tcbInfo().evaluationNumber())
                .as("the second is a step back, so the first is used")
                .isEqualTo(18);
        assertThat(source.fetches).hasValue(2);
    }

    @Test
    void refusesCollateralOfOtherPlatforms() {
        CollateralCache cache = cache(CacheRules.DEFAULT);

        assertThatExceptionOfType(CollateralException.class)
                .isThrownBy(() -> cache.get(Sets.request(new byte[6]), NOW))
                .satisfies(e -> assertThat(e.code()).isEqualTo(DcapCode.FMSPC_MISMATCH));
    }

    @Test
    void refusesCollateralThatHasLapsed() {
        CollateralCache cache = cache(CacheRules.DEFAULT);
        source.madeAt = NOW.minus(Duration.ofDays(60));

        assertThatExceptionOfType(CollateralException.class)
                .isThrownBy(() -> cache.get(REQUEST, NOW))
                .withMessageContaining("EXPIRED");
    }

    @Test
    void survivesARestartWithoutNetwork() {
        cache(CacheRules.DEFAULT).get(REQUEST, NOW);
        source.fail(DcapCode.COLLATERAL_UNAVAILABLE);

        UsableCollateral kept = cache(CacheRules.DEFAULT).get(REQUEST, NOW.plus(DAY));

        assertThat(kept.stale()).isFalse();
    }

    @Test
    void believesNoDisk() throws IOException {
        cache(CacheRules.DEFAULT).get(REQUEST, NOW);
        Path file = new CollateralStore(directory).files().getFirst();
        String changed = Files.readString(file).replace("UpToDate", "upToDate");
        Files.writeString(file, changed);
        source.fail(DcapCode.COLLATERAL_UNAVAILABLE);

        assertFails(cache(CacheRules.DEFAULT), NOW, DcapCode.COLLATERAL_UNAVAILABLE);
    }

    @Test
    void worksWhereTheDiskDoesNot() throws IOException {
        Path notADirectory = Files.createFile(directory.resolve("file"));
        CollateralCache cache = cache(CacheRules.DEFAULT, new CollateralStore(notADirectory));

        assertThat(cache.get(REQUEST, NOW).stale()).isFalse();
        assertThat(events.seen).anyMatch(event -> event.startsWith("not kept"));
    }

    @Test
    void livesOnWhatWasImported() throws IOException {
        CollateralStore store = new CollateralStore(directory);
        CollateralCache cache =
                new CollateralCache(store, store, Sets.verifier(), CacheRules.LOCAL, events, new SplittableRandom(1));
        open.add(cache);
        assertThatExceptionOfType(CollateralException.class)
                .isThrownBy(() -> cache.get(REQUEST, NOW))
                .withMessageContaining("keywarden collateral import");

        store.write(REQUEST, TEE.collateral(NOW).collateral());

        assertThat(cache.get(REQUEST, NOW.plusSeconds(31)).stale()).isFalse();
    }

    @Test
    void forgetsTheLeastUsedWhenFull() {
        CollateralCache cache = cache(new CacheRules(DAY, Duration.ZERO, Duration.ofSeconds(5), 3, true));
        for (byte platform = 0; platform < 100; platform++) {
            byte[] fmspc = {platform, 0, 0, 0, 0, 0};
            assertThatExceptionOfType(CollateralException.class).isThrownBy(() -> cache.get(Sets.request(fmspc), NOW));
        }
        assertThat(cache.size()).isLessThanOrEqualTo(3);
    }

    private CollateralCache cache(CacheRules rules) {
        return cache(rules, new CollateralStore(directory));
    }

    private CollateralCache cache(CacheRules rules, CollateralStore store) {
        CollateralCache cache =
                new CollateralCache(source, store, Sets.verifier(), rules, events, new SplittableRandom(1));
        open.add(cache);
        return cache;
    }

    private static void assertFails(CollateralCache cache, Instant now, DcapCode expected) {
        assertThatExceptionOfType(CollateralException.class)
                .isThrownBy(() -> cache.get(REQUEST, now))
                .satisfies(e -> assertThat(e.code()).isEqualTo(expected));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A source that does as it is told. */
    private static final class Scripted implements CollateralSource {
        private final AtomicInteger fetches = new AtomicInteger();
        private volatile Instant madeAt = NOW;
        private volatile Supplier<Collateral> answer =
                () -> TEE.collateral(madeAt).collateral();

        void fail(DcapCode code) {
            answer = () -> {
                throw new CollateralException(code, "on purpose");
            };
        }

        @Override
        public String name() {
            return "scripted";
        }

        @Override
        public Collateral fetch(
                CollateralRequest request, Deadline deadline, Function<Collateral, CollateralAge> judge) {
            fetches.incrementAndGet();
            Collateral given = answer.get();
            CollateralAge unused = judge.apply(given);
            return given;
        }
    }

    /** What the cache said, in order. */
    private static final class Recorded implements CacheEvents {
        private final BlockingQueue<String> queue = new LinkedBlockingQueue<>();
        private final List<String> seen = new CopyOnWriteArrayList<>();

        String next() throws InterruptedException {
            String event = queue.poll(30, TimeUnit.SECONDS);
            assertThat(event).as("an event").isNotNull();
            return String.valueOf(event);
        }

        @Override
        public void fetched(CollateralRequest request, VerifiedCollateral collateral) {
            add("fetched " + request);
        }

        @Override
        public void failed(CollateralRequest request, CollateralException failure, boolean urgent) {
            add((urgent ? "urgent " : "failed ") + failure.code());
        }

        @Override
        public void notKept(CollateralRequest request, Exception failure) {
            seen.add("not kept " + failure);
        }

        @Override
        public void clockWentBack(Instant now, Instant issued) {
            seen.add("clock " + now + " before " + issued);
        }

        private void add(String event) {
            seen.add(event);
            queue.add(event);
        }
    }
}
