package dev.keywarden.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywarden.host.ChainDecision.Verdict;
import dev.keywarden.spi.AuthorizationRequest;
import dev.keywarden.spi.Authorizer;
import dev.keywarden.spi.Decision;
import dev.keywarden.spi.PluginException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The rules of combination, written once more as a small model, and every combination of up to four authorizers tried against
 * it under every rule, with and without a shadow (design, section 6).
 *
 * <p>The model counts and nothing else: no order of arrival, no early end, no threads. That those make no difference is what
 * the comparison shows.
 */
final class CombinationModelTest {
    private static final int MAX_AUTHORIZERS = 4;
    private static final int AT_ONCE = 256;
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    private final CountDownLatch release = new CountDownLatch(1);

    /** What one authorizer does with the question. */
    private enum Behaviour {
        ALLOW,
        DENY,
        ABSTAIN,
        ERROR,
        TIMEOUT
    }

    @AfterEach
    void letTheHangingOnesGo() {
        release.countDown();
    }

    /** The whole truth about a chain. */
    private static Verdict model(Combine rule, List<Behaviour> chain) {
        return switch (rule) {
            case Combine.All all ->
                firstOf(chain, Behaviour.ABSTAIN, Behaviour.ALLOW)
                        .map(CombinationModelTest::verdict)
                        .orElse(chain.contains(Behaviour.ALLOW) ? Verdict.ALLOW : Verdict.DENY);
            case Combine.First first ->
                firstOf(chain, Behaviour.ABSTAIN)
                        .map(CombinationModelTest::verdict)
                        .orElse(Verdict.DENY);
            case Combine.Quorum quorum -> quorum(quorum, chain);
        };
    }

    private static Verdict quorum(Combine.Quorum quorum, List<Behaviour> chain) {
        long allows = chain.stream().filter(Behaviour.ALLOW::equals).count();
        long unable = chain.stream()
                .filter(behaviour -> behaviour == Behaviour.ERROR || behaviour == Behaviour.TIMEOUT)
                .count();
        if (quorum.veto() && chain.contains(Behaviour.DENY)) {
            return Verdict.DENY;
        }
        if (quorum.veto() && unable > 0) {
            return Verdict.UNAVAILABLE;
        }
        if (allows >= quorum.allows()) {
            return Verdict.ALLOW;
        }
        return allows + unable >= quorum.allows() ? Verdict.UNAVAILABLE : Verdict.DENY;
    }

    /** The first that is none of those passed over. */
    private static java.util.Optional<Behaviour> firstOf(List<Behaviour> chain, Behaviour... passedOver) {
        return chain.stream()
                .filter(behaviour -> !Arrays.asList(passedOver).contains(behaviour))
                .findFirst();
    }

    private static Verdict verdict(Behaviour behaviour) {
        return switch (behaviour) {
            case ALLOW -> Verdict.ALLOW;
            case DENY, ABSTAIN -> Verdict.DENY;
            case ERROR, TIMEOUT -> Verdict.UNAVAILABLE;
        };
    }

    private record Case(Combine rule, List<Behaviour> chain, boolean shadowed) {}

    @Test
    void everyCombinationComesOutAsTheModelSays() throws Exception {
        List<Case> cases = cases();
        assertThat(cases).hasSize(780 * 10 * 2);
        List<Callable<String>> trials = new ArrayList<>();
        for (Case one : cases) {
            trials.add(() -> differs(one));
        }
        List<String> differences = new ArrayList<>();
        try (ExecutorService threads =
                Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().factory())) {
            for (Future<String> trial : threads.invokeAll(trials)) {
                if (!trial.get().isEmpty()) {
                    differences.add(trial.get());
                }
            }
        }
        assertThat(differences).isEmpty();
    }

    private static List<Case> cases() {
        List<Combine> rules = new ArrayList<>(List.of(new Combine.All(), new Combine.First()));
        for (int allows = 1; allows <= MAX_AUTHORIZERS; allows++) {
            rules.add(new Combine.Quorum(allows, true));
            rules.add(new Combine.Quorum(allows, false));
        }
        List<Case> cases = new ArrayList<>();
        for (List<Behaviour> chain : chains()) {
            for (Combine rule : rules) {
                cases.add(new Case(rule, chain, false));
                cases.add(new Case(rule, chain, true));
            }
        }
        return cases;
    }

    private static List<List<Behaviour>> chains() {
        List<List<Behaviour>> chains = new ArrayList<>();
        List<List<Behaviour>> longest = List.of(List.of());
        for (int length = 1; length <= MAX_AUTHORIZERS; length++) {
            List<List<Behaviour>> longer = new ArrayList<>();
            for (List<Behaviour> shorter : longest) {
                for (Behaviour next : Behaviour.values()) {
                    List<Behaviour> chain = new ArrayList<>(shorter);
                    chain.add(next);
                    longer.add(List.copyOf(chain));
                }
            }
            chains.addAll(longer);
            longest = longer;
        }
        return chains;
    }

    /** What is wrong with one case, or nothing. */
    private String differs(Case one) {
        List<AuthorizationChain.Link> links = new ArrayList<>();
        for (Behaviour behaviour : one.chain()) {
            links.add(link("a" + links.size(), behaviour));
        }
        List<AuthorizationChain.Link> shadow = one.shadowed() ? List.of(link("shadow", Behaviour.DENY)) : List.of();
        CountDownLatch heard = new CountDownLatch(shadow.size());
        try (ShadowAuthorizers shadows =
                new ShadowAuthorizers(shadow, (question, name, answer, decision) -> heard.countDown())) {
            ChainDecision decision = new AuthorizationChain(links, one.rule(), shadows, InstantSource.fixed(NOW))
                    .decide(Questions.any());
            heard.await();
            Verdict expected = model(one.rule(), one.chain());
            return decision.verdict() == expected ? "" : one + ": " + decision + ", expected " + expected;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return one + ": interrupted";
        }
    }

    private AuthorizationChain.Link link(String name, Behaviour behaviour) {
        Duration timeout = behaviour == Behaviour.TIMEOUT ? Duration.ofMillis(2) : Duration.ofMinutes(5);
        ClassLoader loader = CombinationModelTest.class.getClassLoader();
        return new AuthorizationChain.Link(
                new Behaving(name, behaviour), name, new GuardedCalls("authorizer " + name, loader, timeout));
    }

    private final class Behaving implements Authorizer {
        private final String name;
        private final Behaviour behaviour;

        Behaving(String name, Behaviour behaviour) {
            this.name = name;
            this.behaviour = behaviour;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public Decision authorize(AuthorizationRequest request) {
            Decision.Reason reason = new Decision.Reason("test.reason", name);
            return switch (behaviour) {
                case ALLOW -> new Decision.Allow(null, reason, Map.of());
                case DENY -> new Decision.Deny(List.of(reason), Map.of());
                case ABSTAIN -> new Decision.Abstain(reason);
                case ERROR -> throw new PluginException(PluginException.Kind.UNAVAILABLE, "no route");
                case TIMEOUT -> {
                    Stubborn.await(release);
                    yield new Decision.Allow(null, reason, Map.of());
                }
            };
        }
    }
}
