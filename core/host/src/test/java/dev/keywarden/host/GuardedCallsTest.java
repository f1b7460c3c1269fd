package dev.keywarden.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywarden.spi.PluginException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a plugin does with a call, the caller gets an answer or a sentence that blames it. */
final class GuardedCallsTest {
    private static final ClassLoader LOADER = GuardedCallsTest.class.getClassLoader();
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration SHORT = Duration.ofMillis(20);

    /** An exception whose own text is a trap. */
    private static final class Spiteful extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw new IllegalStateException("even the message throws");
        }
    }

    static Stream<Arguments> crashes() {
        return Stream.of(
                Arguments.of(new IllegalStateException("secret"), "IllegalStateException"),
                Arguments.of(new Exception("checked"), "Exception"),
                Arguments.of(new NoSuchMethodError("x"), "NoSuchMethodError"),
                Arguments.of(new ExceptionInInitializerError(), "ExceptionInInitializerError"),
                Arguments.of(new StackOverflowError(), "StackOverflowError"),
                Arguments.of(new OutOfMemoryError("x"), "OutOfMemoryError"),
                Arguments.of(new InterruptedException(), "InterruptedException"));
    }

    @ParameterizedTest
    @MethodSource("crashes")
    void namesThePartAndTheTypeOfACrashButNotItsText(Throwable crash, String type) {
        assertThatThrownBy(() -> guard(LONG).call(throwing(crash)))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.kind()).isEqualTo(PluginException.Kind.INTERNAL))
                .hasCause(crash)
                .hasMessage("authorizer test failed with java.lang." + type);
    }

    @Test
    void survivesAnExceptionWhoseMessageThrows() {
        assertThatThrownBy(() -> guard(LONG).call(throwing(new Spiteful())))
                .isInstanceOf(PluginException.class)
                .hasMessage("authorizer test failed with " + Spiteful.class.getName());
    }

    @Test
    void passesOnThePluginsOwnWords() {
        PluginException own = new PluginException(PluginException.Kind.UNAVAILABLE, "no answer from the webhook");
        assertThatThrownBy(() -> guard(LONG).call(throwing(own))).isSameAs(own);
    }

    @Test
    void takesNullForADefect() {
        Callable<@Nullable String> nothing = () -> null;
        assertThatThrownBy(() -> guard(LONG).call(nothing)).hasMessage("authorizer test returned nothing");
    }

    @Test
    void interruptsACallThatMissesItsDeadline() throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        assertThatThrownBy(() -> guard(SHORT).call(() -> {
                    try {
                        never.await();
                    } catch (InterruptedException e) {
                        interrupted.countDown();
                        throw e;
                    }
                    return "late";
                }))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.kind()).isEqualTo(PluginException.Kind.UNAVAILABLE))
                .hasMessage("authorizer test did not answer within 20 ms");
        interrupted.await();
    }

    @Test
    void doesNotWaitForACallThatIgnoresItsInterrupt() {
        CountDownLatch release = new CountDownLatch(1);
        GuardedCalls guard = guard(SHORT);
        assertThatThrownBy(() -> guard.call(ignoringInterrupts(release))).hasMessageContaining("did not answer within");
        assertThat(guard.call(() -> "the next one is served")).isEqualTo("the next one is served");
        release.countDown();
    }

    @Test
    void refusesAtOnceWhenAllPlacesAreTakenAndServesAgainWhenTheyAreFree() throws InterruptedException {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch running = new CountDownLatch(GuardedCalls.MAX_IN_FLIGHT);
        GuardedCalls guard = guard(LONG);
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < GuardedCalls.MAX_IN_FLIGHT; i++) {
            callers.add(Thread.startVirtualThread(() -> guard.call(() -> {
                running.countDown();
                release.await();
                return "done";
            })));
        }
        running.await();
        assertThatThrownBy(() -> guard.call(() -> "one too many"))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.kind()).isEqualTo(PluginException.Kind.UNAVAILABLE))
                .hasMessage("authorizer test is still busy with 1024 earlier calls");
        assertThat(guard(LONG).call(() -> "another part is served")).isEqualTo("another part is served");
        release.countDown();
        for (Thread caller : callers) {
            caller.join();
        }
        assertThat(served(guard)).isEqualTo("served");
    }

    /** A place is free a moment after its answer is there. */
    private static String served(GuardedCalls guard) {
        while (true) {
            try {
                return guard.call(() -> "served");
            } catch (PluginException e) {
                assertThat(e).hasMessageContaining("is still busy");
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void givesUpWhenTheCallerIsInterruptedAndKeepsTheFlag() {
        CountDownLatch release = new CountDownLatch(1);
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> guard(LONG).call(ignoringInterrupts(release)))
                .hasMessageContaining("the request was given up");
        assertThat(Thread.interrupted()).isTrue();
        release.countDown();
    }

    @Test
    void setsTheContextClassLoaderOfThePluginAndLeavesTheCallersAlone() {
        ClassLoader plugins = new ClassLoader(LOADER) {};
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        AtomicReference<@Nullable ClassLoader> seen = new AtomicReference<>();
        new GuardedCalls("authorizer test", plugins, LONG).call(() -> {
            seen.set(Thread.currentThread().getContextClassLoader());
            return "done";
        });
        assertThat(seen.get()).isSameAs(plugins);
        assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(before);
    }

    @Test
    void showsThePluginNothingThatTheCallersThreadInherited() {
        InheritableThreadLocal<String> request = new InheritableThreadLocal<>();
        request.set("of the caller");
        Callable<@Nullable String> look = () -> String.valueOf(request.get());
        assertThat(guard(LONG).call(look)).isEqualTo("null");
        request.remove();
    }

    @Test
    void takesADeadlineLongerThanAnyClock() {
        assertThat(guard(Duration.ofDays(999_999_999)).call(() -> "done")).isEqualTo("done");
    }

    private static Callable<@Nullable String> ignoringInterrupts(CountDownLatch release) {
        return () -> {
            Stubborn.await(release);
            return "at last";
        };
    }

    /** Throws anything, checked or not, as code compiled elsewhere may. */
    private static Callable<@Nullable String> throwing(Throwable crash) {
        return () -> {
            if (crash instanceof Error error) {
                throw error;
            }
            throw (Exception) crash;
        };
    }

    private static GuardedCalls guard(Duration timeout) {
        return new GuardedCalls("authorizer test", LOADER, timeout);
    }
}
