package dev.keywarden.host;

import static dev.keywarden.host.AuthorizerAnswer.Outcome;
import static dev.keywarden.host.ChainDecision.Verdict;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.keywarden.spi.AuthorityInfo;
import dev.keywarden.spi.AuthorizationRequest;
import dev.keywarden.spi.Authorizer;
import dev.keywarden.spi.Decision;
import dev.keywarden.spi.PluginException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How answers become one decision (design, section 6). */
final class AuthorizationChainTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    /**
     * A word for each authorizer: {@code allow}, {@code allow:gateway}, {@code deny}, {@code abstain}, {@code out} for one
     * that says it is unavailable, {@code null}, {@code crash}.
     */
    @ParameterizedTest(name = "{0} of [{1}] is {2}: {4}")
    @CsvSource(
            nullValues = "-",
            value = {
                "all, allow, ALLOW, -, a0 allows, 1",
                "all, deny, DENY, -, a0 denies, 1",
                "all, abstain, DENY, -, every authorizer abstained, 1",
                "all, allow allow, ALLOW, -, a0 allows, 2",
                "all, allow deny, DENY, -, a1 denies, 2",
                "all, deny allow, DENY, -, a0 denies, 1",
                "all, abstain allow, ALLOW, -, a1 allows, 2",
                "all, allow abstain, ALLOW, -, a0 allows, 2",
                "all, abstain deny, DENY, -, a1 denies, 2",
                "all, abstain abstain, DENY, -, every authorizer abstained, 2",
                "all, allow:g allow, ALLOW, g, a0 allows, 2",
                "all, allow allow:g, ALLOW, g, a0 allows, 2",
                "all, allow:g allow:g, ALLOW, g, a0 allows, 2",
                "all, allow:g allow:h, DENY, -, two authorizers name different gateways: g and h, 2",
                "all, allow:g deny, DENY, -, a1 denies, 2",
                "all, out, UNAVAILABLE, -, no route, 1",
                "all, allow out, UNAVAILABLE, -, authorizer a1: no route, 2",
                "all, out allow, UNAVAILABLE, -, authorizer a0: no route, 1",
                "all, deny out, DENY, -, a0 denies, 1",
                "all, null, UNAVAILABLE, -, authorizer a0 returned nothing, 1",
                "all, allow null, UNAVAILABLE, -, authorizer a1 returned nothing, 2",
                "all, crash, UNAVAILABLE, -, authorizer a0 failed with java.lang.NoClassDefFoundError, 1",
                "all, abstain crash, UNAVAILABLE, -, authorizer a1 failed with java.lang.NoClassDefFoundError, 2",
                "first, allow, ALLOW, -, a0 allows, 1",
                "first, deny, DENY, -, a0 denies, 1",
                "first, abstain, DENY, -, every authorizer abstained, 1",
                "first, allow deny, ALLOW, -, a0 allows, 1",
                "first, deny allow, DENY, -, a0 denies, 1",
                "first, abstain allow:g, ALLOW, g, a1 allows, 2",
                "first, abstain deny, DENY, -, a1 denies, 2",
                "first, abstain abstain, DENY, -, every authorizer abstained, 2",
                "first, allow:g allow:h, ALLOW, g, a0 allows, 1",
                "first, out allow, UNAVAILABLE, -, authorizer a0: no route, 1",
                "first, abstain null, UNAVAILABLE, -, authorizer a1 returned nothing, 2",
                "first, crash allow, UNAVAILABLE, -, authorizer a0 failed with java.lang.NoClassDefFoundError, 1",
            })
    void combines(String rule, String words, Verdict verdict, @Nullable String gateway, String reason, int asked) {
        List<Authorizer> authorizers = new ArrayList<>();
        for (String word : words.split(" ", -1)) {
            String name = "a" + authorizers.size();
            authorizers.add(authorizer(name, request -> answer(name, word)));
        }
        ChainDecision decision = chain(Combine.parse(rule, true), Duration.ofMinutes(1), authorizers)
                .decide(Questions.any());
        assertThat(decision.verdict()).isEqualTo(verdict);
        assertThat(decision.gatewayAppId()).isEqualTo(gateway);
        assertThat(decision.reason()).isEqualTo(reason);
        assertThat(decision.answers()).hasSize(asked);
    }

    private static @Nullable Decision answer(String name, String word) {
        Decision.Reason reason =
                new Decision.Reason("test.reason", name + (word.startsWith("allow") ? " allows" : " denies"));
        return switch (word) {
            case "allow" -> new Decision.Allow(null, reason, Map.of());
            case "allow:g" -> new Decision.Allow("g", reason, Map.of());
            case "allow:h" -> new Decision.Allow("h", reason, Map.of());
            case "deny" -> new Decision.Deny(List.of(reason, new Decision.Reason("test.second", "unheard")), Map.of());
            case "abstain" -> new Decision.Abstain(reason);
            case "out" -> throw new PluginException(PluginException.Kind.UNAVAILABLE, "no route");
            case "null" -> null;
            default -> throw new NoClassDefFoundError("com/example/Gone");
        };
    }

    @Test
    void deniesWhenNobodyIsConfigured() {
        ChainDecision decision =
                chain(new Combine.All(), Duration.ofSeconds(5), List.of()).decide(Questions.any());
        assertThat(decision.verdict()).isEqualTo(Verdict.DENY);
        assertThat(decision.reason()).isEqualTo("no authorizer is configured");
    }

    @Test
    void namesTheAuthorizerThatHangsAndServesOthersMeanwhile() {
        CountDownLatch release = new CountDownLatch(1);
        Authorizer hanging = authorizer("slow", request -> {
            Stubborn.await(release);
            return answer("slow", "allow");
        });
        Duration timeout = Duration.ofMillis(20);
        ChainDecision decision =
                chain(new Combine.All(), timeout, List.of(hanging)).decide(Questions.any());
        assertThat(decision.verdict()).isEqualTo(Verdict.UNAVAILABLE);
        assertThat(decision.reason()).isEqualTo("authorizer slow did not answer within 20 ms");
        assertThat(decision.answers()).singleElement().satisfies(answer -> {
            assertThat(answer.outcome()).isEqualTo(Outcome.UNAVAILABLE);
            assertThat(answer.reasons()).containsExactly(new Decision.Reason("host.unavailable", decision.reason()));
        });
        Authorizer quick = authorizer("quick", request -> answer("quick", "allow"));
        assertThat(chain(new Combine.All(), Duration.ofMinutes(1), List.of(quick))
                        .decide(Questions.any())
                        .verdict())
                .isEqualTo(Verdict.ALLOW);
        release.countDown();
    }

    @Test
    void recordsEachAnswerWithItsReasonsAndEvidence() {
        Decision.Reason one = new Decision.Reason("test.one", "first");
        Decision.Reason two = new Decision.Reason("test.two", "second");
        ChainDecision decision = chain(
                        new Combine.All(),
                        Duration.ofMinutes(1),
                        List.of(
                                authorizer("x", request -> new Decision.Abstain(one)),
                                authorizer("y", request -> new Decision.Allow(null, one, Map.of("block", "7"))),
                                authorizer("z", request -> new Decision.Deny(List.of(two, one), Map.of("file", "f")))))
                .decide(Questions.any());
        assertThat(decision.reason()).isEqualTo("second");
        assertThat(decision.answers())
                .extracting(AuthorizerAnswer::authorizer, AuthorizerAnswer::outcome, AuthorizerAnswer::reasons)
                .containsExactly(
                        tuple("x", Outcome.ABSTAIN, List.of(one)),
                        tuple("y", Outcome.ALLOW, List.of(one)),
                        tuple("z", Outcome.DENY, List.of(two, one)));
        assertThat(decision.answers())
                .extracting(AuthorizerAnswer::evidence)
                .containsExactly(Map.of(), Map.of("block", "7"), Map.of("file", "f"));
    }

    @Test
    void asksEverybodyWhenPeopleWantToKnowAndDecidesAsEver() {
        Instant past = NOW.minusSeconds(3600);
        List<AuthorizationRequest> seen = new ArrayList<>();
        Authorizer last = authorizer("last", request -> {
            seen.add(request);
            return answer("last", "allow");
        });
        AuthorizationChain.Explained explained = chain(
                        new Combine.All(),
                        Duration.ofSeconds(5),
                        List.of(authorizer("first", request -> answer("first", "deny")), last))
                .explain(Questions.any(), past);

        assertThat(explained.decision().verdict()).isEqualTo(ChainDecision.Verdict.DENY);
        assertThat(explained.decision().answers()).hasSize(1);
        assertThat(explained.answers())
                .extracting(AuthorizerAnswer::authorizer, AuthorizerAnswer::outcome)
                .containsExactly(tuple("first", Outcome.DENY), tuple("last", Outcome.ALLOW));
        // The question is about the past; the time to answer it is not over.
        assertThat(seen.getFirst().time()).isEqualTo(past);
        assertThat(seen.getFirst().deadline()).isEqualTo(NOW.plusSeconds(5));
    }

    @Test
    void tellsAnAuthorizerWhatTheGateAskedAndByWhen() {
        List<AuthorizationRequest> seen = new ArrayList<>();
        Authorizer noting = authorizer("noting", request -> {
            seen.add(request);
            return answer("noting", "allow");
        });
        AuthorizationQuestion question = Questions.any();
        chain(new Combine.All(), Duration.ofSeconds(5), List.of(noting)).decide(question);
        assertThat(seen)
                .containsExactly(new AuthorizationRequest(
                        question.gate(),
                        question.method(),
                        question.subject(),
                        question.bootInfo(),
                        question.verifier(),
                        question.claims(),
                        question.requestId(),
                        NOW,
                        NOW.plusSeconds(5)));
    }

    @Test
    void showsOfEachFieldOfTheAuthorityTheFirstThatIsNamed() {
        Authorizer one = authority("one", new AuthorityInfo("g", null, null, "0x01"));
        Authorizer two = authority("two", new AuthorityInfo("h", "0x02", 1L, null));
        assertThat(chain(new Combine.All(), Duration.ofMinutes(1), List.of(one, two))
                        .authorityInfo())
                .isEqualTo(new AuthorityInfo("g", "0x02", 1L, "0x01"));
        assertThat(chain(new Combine.All(), Duration.ofMinutes(1), List.of()).authorityInfo())
                .isEqualTo(AuthorityInfo.NONE);
    }

    @Test
    void doesNotMakeUpAnAuthorityThatCanNotBeHad() {
        assertThatThrownBy(() -> chain(new Combine.All(), Duration.ofMinutes(1), List.of(authority("one", null)))
                        .authorityInfo())
                .isInstanceOf(PluginException.class)
                .hasMessage("authorizer one returned nothing");
    }

    private static AuthorizationChain chain(Combine rule, Duration timeout, List<Authorizer> authorizers) {
        ClassLoader loader = AuthorizationChainTest.class.getClassLoader();
        return new AuthorizationChain(
                authorizers.stream()
                        .map(authorizer -> new AuthorizationChain.Link(
                                authorizer,
                                authorizer.name(),
                                new GuardedCalls("authorizer " + authorizer.name(), loader, timeout)))
                        .toList(),
                rule,
                ShadowAuthorizers.none(),
                InstantSource.fixed(NOW));
    }

    @SuppressWarnings("NullAway") // a plugin may return null all the same
    private static Authorizer authorizer(String name, Function<AuthorizationRequest, @Nullable Decision> answers) {
        return new Authorizer() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Decision authorize(AuthorizationRequest request) {
                return answers.apply(request);
            }
        };
    }

    @SuppressWarnings("NullAway") // a plugin may return null all the same
    private static Authorizer authority(String name, @Nullable AuthorityInfo info) {
        return new Authorizer() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Decision authorize(AuthorizationRequest request) {
                throw new AssertionError("nobody asks this one");
            }

            @Override
            public AuthorityInfo authorityInfo() {
                return info;
            }
        };
    }
}
