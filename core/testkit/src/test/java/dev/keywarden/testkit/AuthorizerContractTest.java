package dev.keywarden.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywarden.spi.AuthorityInfo;
import dev.keywarden.spi.AuthorizationRequest;
import dev.keywarden.spi.Authorizer;
import dev.keywarden.spi.Decision;
import dev.keywarden.spi.PluginException;
import dev.keywarden.spi.Subject;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every test of the contract passes over a right authorizer, and fails over one that breaks just what it is about. */
final class AuthorizerContractTest {
    private static final String ALLOWED_APP = "11".repeat(20);
    private static final Decision ALLOW = new Decision.Allow(null, new Decision.Reason("sample.allowed", ""), Map.of());
    private static final Decision DENY =
            new Decision.Deny(List.of(new Decision.Reason("sample.denied", "not on the list")), Map.of());

    /** What the contract below runs over; set before each run. */
    private static Parts parts = new Parts(Sample::new);

    private record Parts(Function<Integer, Authorizer> sound, Authorizer unable, Authorizer hanging) {
        Parts(Function<Integer, Authorizer> sound) {
            this(sound, new Unable(), new Hanging());
        }

        static Parts of(Authorizer authorizer) {
            return new Parts(unused -> authorizer);
        }
    }

    /** Allows one app and every KMS. */
    private static class Sample implements Authorizer {
        Sample() {}

        Sample(int unused) {}

        @Override
        public String name() {
            return "sample";
        }

        @Override
        public Decision authorize(AuthorizationRequest request) {
            return request.bootInfo().appId().toHex().equals(ALLOWED_APP) ? ALLOW : DENY;
        }

        @Override
        public AuthorityInfo authorityInfo() {
            return AuthorityInfo.NONE;
        }
    }

    private static final class Unable extends Sample {
        @Override
        public Decision authorize(AuthorizationRequest request) {
            throw unavailable();
        }
    }

    private static final class Hanging extends Sample {
        @Override
        public Decision authorize(AuthorizationRequest request) {
            try {
                new CountDownLatch(1).await();
                return DENY;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw unavailable();
            }
        }
    }

    private static PluginException unavailable() {
        return new PluginException(PluginException.Kind.UNAVAILABLE, "the source does not answer");
    }

    /** Does something else than the sample for some questions. */
    private static Authorizer deciding(Function<AuthorizationRequest, @Nullable Decision> otherwise) {
        return new Sample() {
            @Override
            public Decision authorize(AuthorizationRequest request) {
                Decision other = otherwise.apply(request);
                return other == null ? super.authorize(request) : other;
            }
        };
    }

    /** Not run by the build: the launcher runs its tests one by one. */
    static final class OverTheParts extends AuthorizerContract {
        @Override
        protected Authorizer openAuthorizer() {
            return parts.sound().apply(0);
        }

        @Override
        protected AuthorizationRequest allowed() {
            return Requests.app(BootInfoBuilder.machine().appId(ALLOWED_APP).build());
        }

        @Override
        protected AuthorizationRequest denied() {
            return Requests.app(BootInfoBuilder.machine().build());
        }

        @Override
        protected List<Authorizer> openUnable() {
            return List.of(parts.unable());
        }

        @Override
        protected Authorizer openHanging() {
            return parts.hanging();
        }
    }

    private static Map<String, Parts> breaking() {
        Map<String, Parts> breaking = new LinkedHashMap<>();
        breaking.put("namesItself", Parts.of(new Sample() {
            @Override
            public String name() {
                return "My Sample";
            }
        }));
        breaking.put("allowsWhatIsAllowed", Parts.of(deciding(request -> DENY)));
        breaking.put(
                "deniesWhatIsDeniedAndSaysWhy",
                Parts.of(deciding(request ->
                        new Decision.Deny(List.of(new Decision.Reason("sample.denied", "two\nlines")), Map.of()))));
        AtomicInteger calls = new AtomicInteger();
        breaking.put(
                "answersTheSameQuestionAlike",
                Parts.of(deciding(request -> calls.incrementAndGet() > 3 ? ALLOW : null)));
        breaking.put(
                "answersEveryGateAndSubjectOrSaysThatItCannot",
                Parts.of(deciding(request -> failingIf(request.subject() == Subject.PEER_KMS))));
        breaking.put(
                "answersWhateverAMachineSays",
                Parts.of(deciding(
                        request -> failingIf(request.bootInfo().osImageHash().isEmpty()))));
        breaking.put(
                "answersAfterTheDeadlineOrSaysThatItCannot",
                Parts.of(deciding(request -> failingIf(request.deadline().equals(Instant.MIN)))));
        breaking.put("mixesNothingUpBetweenManyCallers", Parts.of(new MixingUp()));
        breaking.put(
                "neverAllowsWhenUnableToDecide", new Parts(Sample::new, deciding(request -> ALLOW), new Hanging()));
        breaking.put(
                "answersAnInterruptedCallerAndLeavesItInterrupted",
                Parts.of(deciding(request -> Thread.interrupted() ? ALLOW : null)));
        breaking.put(
                "givesUpWaitingWhenInterrupted",
                new Parts(Sample::new, new Unable(), deciding(AuthorizerContractTest::allowingWhenInterrupted)));
        breaking.put("tellsWhereItsAuthorityComesFromOrThatItCannot", Parts.of(new Sample() {
            @Override
            public AuthorityInfo authorityInfo() {
                throw new PluginException(PluginException.Kind.INTERNAL, "no idea");
            }
        }));
        return breaking;
    }

    private static @Nullable Decision failingIf(boolean odd) {
        if (odd) {
            throw new IllegalStateException("nobody thought of that");
        }
        return null;
    }

    private static @Nullable Decision allowingWhenInterrupted(AuthorizationRequest request) {
        try {
            new CountDownLatch(1).await();
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ALLOW;
        }
    }

    /** Answers everybody as the first one who asked. */
    private static final class MixingUp extends Sample {
        private final AtomicReference<@Nullable AuthorizationRequest> first = new AtomicReference<>();

        @Override
        public Decision authorize(AuthorizationRequest request) {
            first.compareAndSet(null, request);
            AuthorizationRequest kept = first.get();
            return super.authorize(kept == null ? request : kept);
        }
    }

    @TestFactory
    List<DynamicTest> aRightAuthorizerKeepsIt() {
        return Launched.testsOf(AuthorizerContract.class)
                .map(test -> DynamicTest.dynamicTest(test, () -> {
                    parts = new Parts(Sample::new);
                    Launched.assertPasses(OverTheParts.class, test);
                }))
                .toList();
    }

    @TestFactory
    List<DynamicTest> eachTestIsSeenToFail() {
        return breaking().entrySet().stream()
                .map(broken -> DynamicTest.dynamicTest(broken.getKey(), () -> {
                    parts = broken.getValue();
                    Launched.assertFails(OverTheParts.class, broken.getKey());
                }))
                .toList();
    }

    @Test
    void noTestIsLeftOut() {
        assertThat(breaking().keySet())
                .containsExactlyInAnyOrderElementsOf(
                        Launched.testsOf(AuthorizerContract.class).toList());
    }
}
