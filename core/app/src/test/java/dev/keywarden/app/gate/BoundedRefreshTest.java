package dev.keywarden.app.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Design, section 6: what an anonymous caller can trigger is bounded, and a deny is never used again. */
final class BoundedRefreshTest {
    private static final int FRESH_PER_SECOND = 20;

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
    private final InstantSource clock = now::get;
    private final AtomicInteger asked = new AtomicInteger();

    @Test
    void asksAnewWhileCallsAreFew() {
        BoundedRefresh<Integer> refresh = new BoundedRefresh<>(asked::incrementAndGet, clock);
        for (int call = 1; call <= FRESH_PER_SECOND; call++) {
            assertThat(refresh.get()).isEqualTo(call);
        }
    }

    @Test
    void usesAnAnswerAgainUnderLoadForLessThanASecond() {
        BoundedRefresh<Integer> refresh = new BoundedRefresh<>(asked::incrementAndGet, clock);
        for (int call = 0; call < 10 * FRESH_PER_SECOND; call++) {
            refresh.get();
        }
        assertThat(asked).hasValue(FRESH_PER_SECOND);
        now.updateAndGet(time -> time.plusMillis(999));
        assertThat(refresh.get()).isEqualTo(FRESH_PER_SECOND);
        now.updateAndGet(time -> time.plusMillis(1));
        assertThat(refresh.get()).isEqualTo(FRESH_PER_SECOND + 1);
    }

    @Test
    void neverUsesAFailureAgain() {
        BoundedRefresh<Integer> refresh = new BoundedRefresh<>(
                () -> {
                    throw new GateRefusal("denied " + asked.incrementAndGet());
                },
                clock);
        for (int call = 1; call <= 5 * FRESH_PER_SECOND; call++) {
            assertThatThrownBy(refresh::get).hasMessage("denied " + call);
        }
    }

    @Test
    void aFailureEndsTheUseOfTheAnswerBeforeIt() {
        BoundedRefresh<Integer> refresh = new BoundedRefresh<>(
                () -> {
                    if (asked.incrementAndGet() == FRESH_PER_SECOND) {
                        throw new GateRefusal("denied");
                    }
                    return asked.get();
                },
                clock);
        for (int call = 1; call < FRESH_PER_SECOND; call++) {
            refresh.get();
        }
        assertThatThrownBy(refresh::get).hasMessage("denied");
        assertThat(refresh.get()).as("asked anew, not answered from before").isEqualTo(FRESH_PER_SECOND + 1);
    }

    @Test
    void theClockMayGoBack() {
        BoundedRefresh<Integer> refresh = new BoundedRefresh<>(asked::incrementAndGet, clock);
        refresh.get();
        now.set(Instant.parse("2020-01-01T00:00:00Z"));
        assertThat(refresh.get()).isEqualTo(2);
    }

    @Test
    void concurrentCallsPastTheLimitShareOneQuestion() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch slowOneAsks = new CountDownLatch(1);
        BoundedRefresh<Integer> refresh = new BoundedRefresh<>(
                () -> {
                    int call = asked.incrementAndGet();
                    if (call == FRESH_PER_SECOND + 1) {
                        slowOneAsks.countDown();
                        awaitUnchecked(release);
                    }
                    if (call <= FRESH_PER_SECOND) {
                        throw new GateRefusal("not kept");
                    }
                    return call;
                },
                clock);
        for (int call = 0; call < FRESH_PER_SECOND; call++) {
            assertThatThrownBy(refresh::get).hasMessage("not kept");
        }
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> answers = new ArrayList<>();
            answers.add(threads.submit(refresh::get));
            slowOneAsks.await();
            for (int call = 0; call < 50; call++) {
                answers.add(threads.submit(refresh::get));
            }
            release.countDown();
            for (Future<Integer> answer : answers) {
                assertThat(answer.get()).isEqualTo(FRESH_PER_SECOND + 1);
            }
        }
        assertThat(asked).hasValue(FRESH_PER_SECOND + 1);
    }

    private static void awaitUnchecked(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
