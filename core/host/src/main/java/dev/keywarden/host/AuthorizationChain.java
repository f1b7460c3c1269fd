package dev.keywarden.host;

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
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.spi.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * The configured authorizers in order, and the rule that makes one decision of what they say (design, section 6).
 *
 * <p>Being unable to decide is never an allow: an exception, a null or a missed deadline counts as unavailable.
 */
public final class AuthorizationChain {
    private static final System.Logger LOG = System.getLogger(AuthorizationChain.class.getName());

    private final List<Link> links;
    private final Combine combine;
    private final ShadowAuthorizers shadows;
    private final InstantSource clock;

    /** One authorizer behind its guard. */
    record Link(Authorizer authorizer, String name, GuardedCalls guard) {
        /**
         * Puts the question; whatever the authorizer does instead of answering is a {@link PluginException}.
         *
         * @param time what the question is about
         * @param now when it is put, from which the deadline counts
         */
        Decision ask(AuthorizationQuestion question, Instant time, Instant now) {
            AuthorizationRequest request = new AuthorizationRequest(
                    question.gate(),
                    question.method(),
                    question.subject(),
                    question.bootInfo(),
                    question.verifier(),
                    question.claims(),
                    question.requestId(),
                    time,
                    now.plus(guard.timeout()));
            return guard.call(() -> authorizer.authorize(request));
        }
    }

    /** How one authorizer answered; of decision and failure one is there. */
    private record Heard(
            Link link,
            AuthorizerAnswer answer,
            @Nullable Decision decision,
            @Nullable PluginException failure) {}

    AuthorizationChain(List<Link> links, Combine combine, ShadowAuthorizers shadows, InstantSource clock) {
        this.links = List.copyOf(links);
        this.combine = combine;
        this.shadows = shadows;
        this.clock = clock;
    }

    /** The names of the authorizers, in order. */
    public List<String> authorizers() {
        return links.stream().map(Link::name).toList();
    }

    /** The names of those that are asked beside the chain and have no say. */
    public List<String> shadows() {
        return shadows.names();
    }

    /** The rule. */
    public Combine combine() {
        return combine;
    }

    /** As {@link #decide(AuthorizationQuestion, Instant)}, now. */
    public ChainDecision decide(AuthorizationQuestion question) {
        return decide(question, clock.instant());
    }

    /**
     * Asks until the outcome is certain, and then lets shadows have the question too; they have no say in it.
     *
     * @param time when this is: what authorizers are told, and what stands on record
     */
    public ChainDecision decide(AuthorizationQuestion question, Instant time) {
        ChainDecision decision = combine(question, time);
        shadows.follow(question, time, decision);
        return decision;
    }

    /**
     * What the chain would say at a given time, for people who want to know. Shadows don't hear of it.
     *
     * @param time what the authorizers are told the time is; they may know better
     */
    public ChainDecision consider(AuthorizationQuestion question, Instant time) {
        return combine(question, time);
    }

    /**
     * What a chain said, and what each of its authorizers would say.
     *
     * @param decision what comes of it, from those answers that the rule asks for
     * @param answers of all authorizers, in order
     */
    public record Explained(ChainDecision decision, List<AuthorizerAnswer> answers) {
        public Explained {
            answers = List.copyOf(answers);
        }
    }

    /**
     * As {@link #consider}, but asks on when the outcome is certain, so that people see what each authorizer has to say.
     *
     * @param time what the authorizers are told the time is
     */
    public Explained explain(AuthorizationQuestion question, Instant time) {
        ChainTally tally = new ChainTally(combine, links.size());
        Optional<ChainDecision> certain = Optional.empty();
        List<AuthorizerAnswer> answers = new ArrayList<>();
        for (Link link : links) {
            Heard heard = hear(link, question, time);
            answers.add(heard.answer());
            if (certain.isEmpty()) {
                certain = count(heard, tally);
            }
        }
        return new Explained(certain.orElseGet(AuthorizationChain::nobodyAsked), answers);
    }

    private static ChainDecision nobodyAsked() {
        return new ChainDecision(ChainDecision.Verdict.DENY, null, "no authorizer is configured", List.of());
    }

    private ChainDecision combine(AuthorizationQuestion question, Instant time) {
        if (links.isEmpty()) {
            return nobodyAsked();
        }
        return combine instanceof Combine.Quorum ? sideBySide(question, time) : oneAfterTheOther(question, time);
    }

    private ChainDecision oneAfterTheOther(AuthorizationQuestion question, Instant time) {
        ChainTally tally = new ChainTally(combine, links.size());
        for (Link link : links) {
            Optional<ChainDecision> certain = count(hear(link, question, time), tally);
            if (certain.isPresent()) {
                return certain.get();
            }
        }
        throw new IllegalStateException("the last answer makes every outcome certain");
    }

    /** Under a quorum one slow authorizer must not add to the time that the others take. */
    private ChainDecision sideBySide(AuthorizationQuestion question, Instant time) {
        BlockingQueue<Heard> arrivals = new LinkedBlockingQueue<>();
        for (Link link : links) {
            Thread.ofVirtual().name("ask " + link.name()).start(() -> arrivals.add(hear(link, question, time)));
        }
        ChainTally tally = new ChainTally(combine, links.size());
        try {
            for (int asked = 0; asked < links.size(); asked++) {
                // Ends: every call behind a guard ends at its deadline.
                Optional<ChainDecision> certain = count(arrivals.take(), tally);
                if (certain.isPresent()) {
                    return inChainOrder(certain.get());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new ChainDecision(ChainDecision.Verdict.UNAVAILABLE, null, "the request was given up", List.of());
        }
        throw new IllegalStateException("the last answer makes every outcome certain");
    }

    private ChainDecision inChainOrder(ChainDecision decision) {
        List<String> order = authorizers();
        List<AuthorizerAnswer> sorted = new ArrayList<>(decision.answers());
        sorted.sort(
                (one, other) -> Integer.compare(order.indexOf(one.authorizer()), order.indexOf(other.authorizer())));
        return new ChainDecision(decision.verdict(), decision.gatewayAppId(), decision.reason(), sorted);
    }

    private Optional<ChainDecision> count(Heard heard, ChainTally tally) {
        PluginException failure = heard.failure();
        if (failure != null) {
            String sentence = heard.link().guard().blamed(failure);
            // A defect is for the plugin's author, who wants the stack; an outage is a sentence.
            LOG.log(
                    System.Logger.Level.WARNING,
                    sentence,
                    failure.kind() == PluginException.Kind.INTERNAL ? failure : null);
            // The protocol's texts carry the cause alone; with one authorizer it is clear whose it is.
            return tally.addUnable(heard.answer(), links.size() == 1 ? failure.getMessage() : sentence);
        }
        Decision decision = heard.decision();
        if (decision == null) {
            throw new IllegalStateException("who did not fail decided");
        }
        return tally.add(heard.answer(), decision);
    }

    private Heard hear(Link link, AuthorizationQuestion question, Instant time) {
        long start = System.nanoTime();
        try {
            Decision decision = link.ask(question, time, clock.instant());
            return new Heard(link, AuthorizerAnswer.of(link.name(), decision, since(start)), decision, null);
        } catch (PluginException e) {
            String sentence = link.guard().blamed(e);
            return new Heard(link, AuthorizerAnswer.unavailable(link.name(), sentence, since(start)), null, e);
        } catch (RuntimeException | Error e) {
            // Nobody waits for an answer that never arrives.
            PluginException defect = new PluginException(
                    PluginException.Kind.INTERNAL,
                    link.guard().blame() + " could not be asked: "
                            + e.getClass().getName(),
                    e);
            return new Heard(
                    link, AuthorizerAnswer.unavailable(link.name(), defect.getMessage(), since(start)), null, defect);
        }
    }

    private static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    /**
     * What GetMeta shows: of each field the first that an authorizer names.
     *
     * @throws PluginException if an authorizer can't tell
     */
    public AuthorityInfo authorityInfo() {
        AuthorityInfo merged = AuthorityInfo.NONE;
        for (Link link : links) {
            merged = merge(merged, link.guard().call(link.authorizer()::authorityInfo));
        }
        return merged;
    }

    private static AuthorityInfo merge(AuthorityInfo first, AuthorityInfo second) {
        return new AuthorityInfo(
                first.gatewayAppId() != null ? first.gatewayAppId() : second.gatewayAppId(),
                first.kmsContractAddress() != null ? first.kmsContractAddress() : second.kmsContractAddress(),
                first.chainId() != null ? first.chainId() : second.chainId(),
                first.appImplementation() != null ? first.appImplementation() : second.appImplementation());
    }

    /**
     * The tool that an authorizer brings for people who run it, if it is a {@link ToolProvider} too.
     *
     * <p>It is for a command that a person waits for, and can end: no deadline is set.
     *
     * @param name which authorizer
     */
    public Optional<ToolProvider> tool(String name) {
        return links.stream()
                .filter(link -> link.name().equals(name))
                .map(Link::authorizer)
                .filter(ToolProvider.class::isInstance)
                .map(ToolProvider.class::cast)
                .findFirst();
    }
}
