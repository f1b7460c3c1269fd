package dev.keywarden.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywarden.spi.AuthorizationRequest;
import dev.keywarden.spi.Authorizer;
import dev.keywarden.spi.BootInfo;
import dev.keywarden.spi.Bytes;
import dev.keywarden.spi.Decision;
import dev.keywarden.spi.Gate;
import dev.keywarden.spi.PluginException;
import dev.keywarden.spi.Subject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every authorizer promises: it answers each question or throws the one exception of the interface, says why, gives
 * way to an interrupt, and mixes nothing up between callers.
 *
 * <p>An authorizer's test extends this class and says what it allows and what it denies. What its policy means is for
 * tests of its own.
 */
@Timeout(60)
public abstract class AuthorizerContract {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int CONCURRENT_CALLS = 64;

    private final List<Authorizer> opened = new ArrayList<>();
    private Authorizer authorizer;

    /** Makes the authorizer, in the state it has right after the host loaded it. The contract closes it. */
    protected abstract Authorizer openAuthorizer() throws Exception;

    /** A question that the authorizer answers with an allow. */
    protected abstract AuthorizationRequest allowed();

    /** A question that it answers with a denial. */
    protected abstract AuthorizationRequest denied();

    /**
     * Authorizers whose source can't be had or says nonsense; empty if this one asks nobody and reads nothing. The
     * contract closes them.
     */
    protected abstract List<Authorizer> openUnable() throws Exception;

    /**
     * An authorizer whose source accepts the question and never answers, or {@code null} if this one waits for nobody. The
     * contract closes it.
     */
    protected abstract @Nullable Authorizer openHanging() throws Exception;

    @BeforeEach
    public final void open() throws Exception {
        authorizer = openAuthorizer();
        opened.add(authorizer);
    }

    @AfterEach
    public final void close() {
        opened.forEach(Authorizer::close);
    }

    @Test
    public final void namesItself() {
        Contracts.assertIsName(authorizer.name());
    }

    @Test
    public final void allowsWhatIsAllowed() {
        assertThat(authorizer.authorize(allowed())).isInstanceOf(Decision.Allow.class);
    }

    /** The form of a reason's code ({@code area.snake_case}) is checked where the reason is made. */
    @Test
    public final void deniesWhatIsDeniedAndSaysWhy() {
        assertThat(authorizer.authorize(denied()))
                .isInstanceOfSatisfying(Decision.Deny.class, denial -> assertThat(denial.reasons())
                        .allSatisfy(reason -> Contracts.assertIsForPeople(reason.message())));
    }

    @Test
    public final void answersTheSameQuestionAlike() {
        for (int time = 0; time < 3; time++) {
            assertThat(authorizer.authorize(allowed())).isInstanceOf(Decision.Allow.class);
            assertThat(authorizer.authorize(denied())).isInstanceOf(Decision.Deny.class);
        }
    }

    @Test
    public final void answersEveryGateAndSubjectOrSaysThatItCannot() {
        for (Gate gate : Gate.values()) {
            for (Subject subject : Subject.values()) {
                for (BootInfo bootInfo : List.of(allowed().bootInfo(), denied().bootInfo())) {
                    answers(new AuthorizationRequest(
                            gate,
                            "GetAppKey",
                            subject,
                            bootInfo,
                            "mock",
                            List.of(),
                            "request-1",
                            Instant.EPOCH,
                            Instant.MAX));
                }
            }
        }
    }

    /** All of this is what a machine may say of itself. */
    @Test
    public final void answersWhateverAMachineSays() {
        List<BootInfoBuilder> machines = List.of(
                BootInfoBuilder.machine().osImageHash("").instanceId(""),
                BootInfoBuilder.machine().tcbStatus("").attestationMode(""),
                BootInfoBuilder.machine().tcbStatus("\"}, {\"\u0000\n\ud800\u2028"),
                BootInfoBuilder.machine().tcbStatus("x".repeat(100_000)),
                BootInfoBuilder.machine().advisoryIds(List.of("", "INTEL-SA-00001", "INTEL-SA-00001", "\"\\\r\n")),
                BootInfoBuilder.machine().keyProviderInfo(Bytes.of(new byte[100_000])),
                BootInfoBuilder.machine()
                        .keyProviderInfo(Bytes.of("{\"name\":\"kms\"".getBytes(StandardCharsets.UTF_8))));
        for (BootInfoBuilder machine : machines) {
            for (Subject subject : Subject.values()) {
                answers(Requests.about(subject, machine.build()));
            }
        }
    }

    /** The host enforces deadlines; one that has passed already is still no reason for anything but an answer. */
    @Test
    public final void answersAfterTheDeadlineOrSaysThatItCannot() {
        AuthorizationRequest request = denied();
        for (Instant deadline : List.of(Instant.MIN, Instant.EPOCH)) {
            answers(new AuthorizationRequest(
                    request.gate(),
                    request.method(),
                    request.subject(),
                    request.bootInfo(),
                    request.verifier(),
                    request.claims(),
                    request.requestId(),
                    request.time(),
                    deadline));
        }
    }

    @Test
    public final void mixesNothingUpBetweenManyCallers() throws Exception {
        List<Callable<Boolean>> calls = new ArrayList<>();
        for (int call = 0; call < CONCURRENT_CALLS; call++) {
            calls.add(() -> authorizer.authorize(allowed()) instanceof Decision.Allow);
            calls.add(() -> authorizer.authorize(denied()) instanceof Decision.Deny);
        }
        assertThat(Contracts.atOnce(calls)).as("right answers").containsOnly(true);
    }

    @Test
    public final void neverAllowsWhenUnableToDecide() throws Exception {
        for (Authorizer unable : openUnable()) {
            opened.add(unable);
            assertThat(answers(unable, allowed()) instanceof Decision.Allow)
                    .as("allowed by one that can't decide")
                    .isFalse();
        }
    }

    @Test
    public final void answersAnInterruptedCallerAndLeavesItInterrupted() throws Exception {
        Interrupted interrupted = Interrupted.calling(authorizer, allowed(), true);

        interrupted.assertEnded();
        assertThat(authorizer.authorize(allowed()))
                .as("the answer to the next one")
                .isInstanceOf(Decision.Allow.class);
    }

    @Test
    public final void givesUpWaitingWhenInterrupted() throws Exception {
        Authorizer hanging = openHanging();
        if (hanging != null) {
            opened.add(hanging);
            Interrupted interrupted = Interrupted.calling(hanging, allowed(), false);
            interrupted.thread.interrupt();

            assertThat(interrupted.assertEnded() instanceof Decision.Allow)
                    .as("allowed without an answer")
                    .isFalse();
        }
    }

    @Test
    public final void tellsWhereItsAuthorityComesFromOrThatItCannot() {
        try {
            assertThat(authorizer.authorityInfo()).as("the authority").isNotNull();
        } catch (PluginException e) {
            assertThat(e.kind()).isEqualTo(PluginException.Kind.UNAVAILABLE);
            Contracts.assertIsForPeople(e);
        }
    }

    private void answers(AuthorizationRequest request) {
        answers(authorizer, request);
    }

    /** The decision, or null if the authorizer said that it was unable to decide. */
    private static @Nullable Decision answers(Authorizer authorizer, AuthorizationRequest request) {
        try {
            Decision decision = authorizer.authorize(request);
            assertThat(decision).as("the answer to %s", request).isNotNull();
            return decision;
        } catch (PluginException e) {
            assertThat(e.kind()).as("kind of failure: %s", e.getMessage()).isEqualTo(PluginException.Kind.UNAVAILABLE);
            Contracts.assertIsForPeople(e);
            return null;
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError failure) {
            throw new AssertionError("A question must be answered, but caused " + failure, failure);
        }
    }

    /** One call on a thread of its own that is interrupted before or during it. */
    private static final class Interrupted {
        private final Thread thread;
        private final CompletableFuture<@Nullable Decision> answer = new CompletableFuture<>();
        private volatile boolean stillInterrupted;

        private Interrupted(Authorizer authorizer, AuthorizationRequest request, boolean before) {
            thread = Thread.ofVirtual().unstarted(() -> {
                if (before) {
                    Thread.currentThread().interrupt();
                }
                try {
                    answer.complete(answers(authorizer, request));
                } catch (AssertionError e) {
                    answer.completeExceptionally(e);
                } finally {
                    stillInterrupted = Thread.currentThread().isInterrupted();
                }
            });
        }

        static Interrupted calling(Authorizer authorizer, AuthorizationRequest request, boolean before) {
            Interrupted interrupted = new Interrupted(authorizer, request, before);
            interrupted.thread.start();
            return interrupted;
        }

        @Nullable Decision assertEnded() throws InterruptedException {
            assertThat(thread.join(PATIENCE)).as("gave way to an interrupt").isTrue();
            assertThat(stillInterrupted).as("left the thread interrupted").isTrue();
            return answer.join();
        }
    }
}
