package dev.keywarden.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywarden.host.ChainDecision.Verdict;
import dev.keywarden.spi.AuthorizationRequest;
import dev.keywarden.spi.Authorizer;
import dev.keywarden.spi.Decision;
import dev.keywarden.spi.PluginException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Authorizers without a say. */
final class ShadowAuthorizersTest {
    private static final ChainDecision ALLOWED = new ChainDecision(Verdict.ALLOW, null, "", List.of());

    private final BlockingQueue<AuthorizerAnswer> heard = new LinkedBlockingQueue<>();
    private final AtomicInteger dropped = new AtomicInteger();
    private final ShadowObserver observer = new ShadowObserver() {
        @Override
        public void heard(AuthorizationQuestion question, String shadow, AuthorizerAnswer answer, ChainDecision was) {
            heard.add(answer);
        }

        @Override
        public void dropped() {
            dropped.incrementAndGet();
        }
    };

    @Test
    void tellsWhatAShadowWouldHaveSaid() throws InterruptedException {
        Decision.Reason reason = new Decision.Reason("test.no", "not this one");
        try (ShadowAuthorizers shadows = shadows(request -> new Decision.Deny(List.of(reason), Map.of()))) {
            shadows.follow(Questions.any(), Instant.EPOCH, ALLOWED);
            assertThat(next().outcome()).isEqualTo(AuthorizerAnswer.Outcome.DENY);
        }
    }

    @Test
    void tellsThatAShadowWasUnableToDecide() throws InterruptedException {
        try (ShadowAuthorizers shadows = shadows(request -> {
            throw new PluginException(PluginException.Kind.UNAVAILABLE, "no route");
        })) {
            shadows.follow(Questions.any(), Instant.EPOCH, ALLOWED);
            assertThat(next())
                    .satisfies(answer -> assertThat(answer.outcome()).isEqualTo(AuthorizerAnswer.Outcome.UNAVAILABLE))
                    .satisfies(answer -> assertThat(answer.reasons())
                            .containsExactly(
                                    new Decision.Reason("host.unavailable", "authorizer candidate: no route")));
        }
    }

    /** The shadow hangs, the queue fills, and nobody waits: what does not fit is counted. */
    @Test
    void dropsAndCountsWhatAShadowCannotKeepUpWith() throws InterruptedException {
        CountDownLatch release = new CountDownLatch(1);
        int asked = ShadowAuthorizers.QUEUE * 2;
        try (ShadowAuthorizers shadows = shadows(request -> {
            Stubborn.await(release);
            return new Decision.Allow(null, new Decision.Reason("test.ok", ""), Map.of());
        })) {
            for (int i = 0; i < asked; i++) {
                shadows.follow(Questions.any(), Instant.EPOCH, ALLOWED);
            }
            assertThat(dropped.get()).isBetween(asked - ShadowAuthorizers.QUEUE - 8, asked - ShadowAuthorizers.QUEUE);
            release.countDown();
            for (int i = 0; i < asked - dropped.get(); i++) {
                next();
            }
        }
    }

    private AuthorizerAnswer next() throws InterruptedException {
        AuthorizerAnswer answer = heard.poll(1, TimeUnit.MINUTES);
        assertThat(answer).as("what the shadow said").isNotNull();
        return java.util.Objects.requireNonNull(answer);
    }

    private ShadowAuthorizers shadows(Function<AuthorizationRequest, Decision> answers) {
        Authorizer candidate = new Authorizer() {
            @Override
            public String name() {
                return "candidate";
            }

            @Override
            public Decision authorize(AuthorizationRequest request) {
                return answers.apply(request);
            }
        };
        GuardedCalls guard = new GuardedCalls(
                "authorizer candidate", ShadowAuthorizersTest.class.getClassLoader(), Duration.ofMinutes(1));
        return new ShadowAuthorizers(List.of(new AuthorizationChain.Link(candidate, "candidate", guard)), observer);
    }
}
