package dev.keywarden.plugin.rego;

import dev.keywarden.plugin.rego.engine.PolicyException;
import dev.keywarden.plugin.rego.engine.PolicyException.Code;
import dev.keywarden.plugin.rego.facts.FactList;
import dev.keywarden.spi.AuthorizationRequest;
import dev.keywarden.spi.Authorizer;
import dev.keywarden.spi.BootInfo;
import dev.keywarden.spi.Decision;
import dev.keywarden.spi.PluginContext;
import dev.keywarden.spi.PluginException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Puts each question to the policy. Remembers nothing of it. */
final class RegoAuthorizer implements Authorizer {
    static final String NAME = "rego";

    private final PolicySource policy;
    private final List<FactList> facts;
    private final Duration timeout;
    private final InstantSource clock;
    private final PluginContext.Meter meter;

    /** @param timeout for one evaluation, if the request's own deadline is not nearer */
    RegoAuthorizer(
            PolicySource policy,
            List<FactList> facts,
            Duration timeout,
            InstantSource clock,
            PluginContext.Meter meter) {
        this.policy = policy;
        this.facts = facts;
        this.timeout = timeout;
        this.clock = clock;
        this.meter = meter;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Decision authorize(AuthorizationRequest request) {
        Map<String, String> evidence = new HashMap<>();
        try {
            if (Thread.currentThread().isInterrupted()) {
                throw notWaitedFor(null);
            }
            byte[] input = InputDocument.write(request, facts(request.bootInfo(), evidence));
            byte[] result = policy.evaluate(input, budget(request.deadline()), evidence);
            return Verdict.read(result).decision(evidence);
        } catch (PolicyException e) {
            throw e.code() == Code.INTERRUPTED ? notWaitedFor(e) : unavailable(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw notWaitedFor(e);
        }
    }

    private Map<String, byte[]> facts(BootInfo bootInfo, Map<String, String> evidence)
            throws PolicyException, InterruptedException {
        Map<String, byte[]> found = new LinkedHashMap<>();
        for (FactList list : facts) {
            byte[] entry = list.find(bootInfo, evidence);
            if (entry != null) {
                found.put(list.name(), entry);
            }
        }
        return found;
    }

    /** What is left until the deadline, and not more than one evaluation may take. */
    private Duration budget(Instant deadline) {
        Instant latest = clock.instant().plus(timeout);
        Duration left = deadline.isBefore(latest) ? Duration.between(clock.instant(), deadline) : timeout;
        return left.isNegative() ? Duration.ZERO : left;
    }

    private PluginException unavailable(PolicyException e) {
        meter.count("unavailable_total", 1);
        return new PluginException(PluginException.Kind.UNAVAILABLE, sentence(e), e);
    }

    private static String sentence(PolicyException e) {
        String subject = e.code() == Code.FACTS_UNUSABLE || e.code() == Code.SERVER_FAILED ? "" : subject(e.code());
        return subject + e.getMessage() + " (" + e.code().text() + ")";
    }

    private static String subject(Code code) {
        return code.name().startsWith("BUNDLE") ? "the bundle " : "the policy ";
    }

    private static PluginException notWaitedFor(@Nullable Exception cause) {
        return new PluginException(
                PluginException.Kind.UNAVAILABLE, "the policy was asked, and its answer was not waited for", cause);
    }

    @Override
    public void close() {
        policy.close();
    }
}
