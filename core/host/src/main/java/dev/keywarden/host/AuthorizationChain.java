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
import java.util.Map;
import java.util.Optional;
import java.util.spi.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * The configured authorizers in order, and the rule that makes one decision of what they say (design, section 6).
 *
 * <p>Being unable to decide is never an allow: an exception, a null or a missed deadline ends the chain as unavailable.
 */
public final class AuthorizationChain {
    private static final System.Logger LOG = System.getLogger(AuthorizationChain.class.getName());

    private final List<Link> links;
    private final Combine combine;
    private final InstantSource clock;

    /** One authorizer behind its guard. */
    record Link(Authorizer authorizer, String name, GuardedCalls guard) {}

    AuthorizationChain(List<Link> links, Combine combine, InstantSource clock) {
        this.links = List.copyOf(links);
        this.combine = combine;
        this.clock = clock;
    }

    /** Asks the authorizers one after the other until the outcome is certain. */
    public ChainDecision decide(AuthorizationQuestion question) {
        Instant time = clock.instant();
        List<AuthorizerAnswer> answers = new ArrayList<>();
        @Nullable String gateway = null;
        @Nullable String allowReason = null;
        for (Link link : links) {
            long start = System.nanoTime();
            Decision decision;
            try {
                decision = ask(link, question, time);
            } catch (PluginException e) {
                return unavailable(link, e, start, answers);
            }
            answers.add(answer(link, decision, start));
            switch (decision) {
                case Decision.Deny deny -> {
                    return denied(deny.reasons().get(0).message(), answers);
                }
                case Decision.Abstain abstain -> {
                    continue;
                }
                case Decision.Allow allow -> {
                    allowReason = allowReason == null ? allow.reason().message() : allowReason;
                    String named = allow.gatewayAppId();
                    if (gateway != null && named != null && !gateway.equals(named)) {
                        return denied("two authorizers name different gateways: " + gateway + " and " + named, answers);
                    }
                    gateway = gateway == null ? named : gateway;
                }
            }
            if (combine == Combine.FIRST) {
                break;
            }
        }
        if (allowReason == null) {
            return denied(links.isEmpty() ? "no authorizer is configured" : "every authorizer abstained", answers);
        }
        return new ChainDecision(ChainDecision.Verdict.ALLOW, gateway, allowReason, answers);
    }

    private Decision ask(Link link, AuthorizationQuestion question, Instant time) {
        AuthorizationRequest request = new AuthorizationRequest(
                question.gate(),
                question.method(),
                question.subject(),
                question.bootInfo(),
                question.verifier(),
                question.claims(),
                question.requestId(),
                time,
                clock.instant().plus(link.guard().timeout()));
        return link.guard().call(() -> link.authorizer().authorize(request));
    }

    private static AuthorizerAnswer answer(Link link, Decision decision, long start) {
        Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
        return switch (decision) {
            case Decision.Allow allow ->
                new AuthorizerAnswer(
                        link.name(),
                        AuthorizerAnswer.Outcome.ALLOW,
                        List.of(allow.reason()),
                        allow.evidence(),
                        elapsed);
            case Decision.Deny deny ->
                new AuthorizerAnswer(
                        link.name(), AuthorizerAnswer.Outcome.DENY, deny.reasons(), deny.evidence(), elapsed);
            case Decision.Abstain abstain ->
                new AuthorizerAnswer(
                        link.name(), AuthorizerAnswer.Outcome.ABSTAIN, List.of(abstain.reason()), Map.of(), elapsed);
        };
    }

    private ChainDecision unavailable(Link link, PluginException e, long start, List<AuthorizerAnswer> answers) {
        String sentence = link.guard().blamed(e);
        // A defect is for the plugin's author, who wants the stack; an outage is a sentence.
        LOG.log(System.Logger.Level.WARNING, sentence, e.kind() == PluginException.Kind.INTERNAL ? e : null);
        answers.add(new AuthorizerAnswer(
                link.name(),
                AuthorizerAnswer.Outcome.UNAVAILABLE,
                List.of(new Decision.Reason("host.unavailable", sentence)),
                Map.of(),
                Duration.ofNanos(System.nanoTime() - start)));
        // The protocol's texts carry the cause alone; with one authorizer it is clear whose it is.
        String reason = links.size() == 1 ? e.getMessage() : sentence;
        return new ChainDecision(ChainDecision.Verdict.UNAVAILABLE, null, reason, answers);
    }

    private static ChainDecision denied(String reason, List<AuthorizerAnswer> answers) {
        return new ChainDecision(ChainDecision.Verdict.DENY, null, reason, answers);
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
