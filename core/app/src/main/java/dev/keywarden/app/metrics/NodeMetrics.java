package dev.keywarden.app.metrics;

import dev.keywarden.app.audit.AuditRecord;
import dev.keywarden.app.audit.DecisionLog;
import dev.keywarden.app.audit.DecisionLogException;
import dev.keywarden.app.audit.DecisionRecord;
import dev.keywarden.host.AuthorizationQuestion;
import dev.keywarden.host.AuthorizerAnswer;
import dev.keywarden.host.ChainDecision;
import dev.keywarden.host.GenerationReport;
import dev.keywarden.host.PluginGenerations;
import dev.keywarden.host.ShadowObserver;
import dev.keywarden.rpc.RpcObserver;
import dev.keywarden.spi.Bytes;
import dev.keywarden.spi.PluginContext;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * Counters and timers of a node, in the text format of Prometheus.
 *
 * <p>Labels have few values, none of which a stranger chooses: methods are those the service has, authorizers those of the chain.
 */
public final class NodeMetrics implements RpcObserver, ShadowObserver {
    /** The calls that rest on evidence, which the reference counts. */
    private static final Set<String> ATTESTED = Set.of("GetAppKey", "GetKmsKey", "SignCert");

    private static final int BAD_REQUEST = 400;
    private static final Duration[] BUCKETS = {
        Duration.ofMillis(1),
        Duration.ofMillis(5),
        Duration.ofMillis(25),
        Duration.ofMillis(100),
        Duration.ofMillis(500),
        Duration.ofSeconds(2),
        Duration.ofSeconds(10)
    };

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final LongAdder attestationRequests = new LongAdder();
    private final LongAdder attestationFailures = new LongAdder();
    private volatile ShadowObserver journal = (question, shadow, answer, decision) -> {};

    public NodeMetrics() {
        new JvmMemoryMetrics().bindTo(registry);
    }

    @Override
    public void answered(String method, int status, Duration elapsed) {
        boolean failed = status >= BAD_REQUEST;
        if (ATTESTED.contains(method)) {
            attestationRequests.increment();
            if (failed) {
                attestationFailures.increment();
            }
        }
        Timer.builder("keywarden.rpc.duration")
                .description("Time from a complete request to its answer.")
                .tag("method", method)
                .tag("outcome", failed ? "refused" : "answered")
                .serviceLevelObjectives(BUCKETS)
                .register(registry)
                .record(elapsed);
    }

    /** A log that counts what goes through it to another. */
    public DecisionLog counting(DecisionLog log) {
        Gauge.builder(
                        "keywarden.audit.failing",
                        log,
                        counted -> counted.problem().isPresent() ? 1 : 0)
                .description("1 while decisions can't be recorded, so that no key leaves the node.")
                .register(registry);
        return new CountedLog(log);
    }

    /** Another log, counted. */
    private final class CountedLog implements DecisionLog {
        private final DecisionLog log;

        CountedLog(DecisionLog log) {
            this.log = log;
        }

        @Override
        public void commit(List<? extends AuditRecord> records) {
            try {
                log.commit(records);
            } catch (DecisionLogException e) {
                failed();
                throw e;
            }
            for (AuditRecord record : records) {
                if (record instanceof DecisionRecord decision) {
                    decided(decision);
                }
            }
        }

        @Override
        public void keep(Bytes sha256, Supplier<Bytes> content) {
            try {
                log.keep(sha256, content);
            } catch (DecisionLogException e) {
                failed();
                throw e;
            }
        }

        private void failed() {
            Counter.builder("keywarden.audit.failures")
                    .description("Requests refused because their decision could not be recorded.")
                    .register(registry)
                    .increment();
        }

        @Override
        public Optional<String> problem() {
            return log.problem();
        }

        @Override
        public void close() {
            log.close();
        }
    }

    private void decided(DecisionRecord record) {
        Counter.builder("keywarden.gate.decisions")
                .description("Decisions of the gates.")
                .tag("gate", lower(record.question().gate()))
                .tag("subject", lower(record.question().subject()))
                .tag("outcome", lower(record.outcome()))
                .register(registry)
                .increment();
        for (AuthorizerAnswer answer : record.answers()) {
            Timer.builder("keywarden.authorizer.duration")
                    .description("Time that an authorizer took for its answer.")
                    .tag("authorizer", answer.authorizer())
                    .tag("outcome", lower(answer.outcome()))
                    .serviceLevelObjectives(BUCKETS)
                    .register(registry)
                    .record(answer.elapsed());
        }
    }

    /** Where one plugin's own figures go. A plugin chooses their names, and they are few. */
    public PluginContext.Meter meter(String plugin) {
        return new PluginContext.Meter() {
            @Override
            public void count(String name, long amount) {
                Counter.builder("keywarden.plugin." + name.replace('_', '.'))
                        .description("Counted by a plugin; see its page.")
                        .tag("plugin", plugin)
                        .register(registry)
                        .increment((double) amount);
            }

            @Override
            public void time(String name, Duration elapsed) {
                Timer.builder("keywarden.plugin." + name.replace('_', '.'))
                        .description("Timed by a plugin; see its page.")
                        .tag("plugin", plugin)
                        .register(registry)
                        .record(elapsed);
            }
        };
    }

    /** Shows which generation of plugins decides, and how many are loaded. */
    public void show(PluginGenerations generations) {
        Gauge.builder("keywarden.plugins.generation", generations, PluginGenerations::number)
                .description("Number of the plugin generation that decides.")
                .register(registry);
        Gauge.builder("keywarden.plugins.generations.open", generations, PluginGenerations::open)
                .description("Plugin generations that are loaded.")
                .register(registry);
    }

    /** Counts an attempt to change the plugins. */
    public void changed(GenerationReport report) {
        Counter.builder("keywarden.plugins.changes")
                .description("Attempts to change the plugins of the running node.")
                .tag("outcome", report.succeeded() ? "changed" : "failed")
                .register(registry)
                .increment();
    }

    @Override
    public void heard(AuthorizationQuestion question, String shadow, AuthorizerAnswer answer, ChainDecision decision) {
        journal.heard(question, shadow, answer, decision);
        Counter.builder("keywarden.shadow.answers")
                .description("Answers of authorizers without a say, by whether the chain said the same.")
                .tag("authorizer", shadow)
                .tag("outcome", lower(answer.outcome()))
                .tag("agrees", Boolean.toString(decision.agreesWith(answer)))
                .register(registry)
                .increment();
    }

    /** Lets somebody else hear too what shadows say. */
    public void passOnTo(ShadowObserver other) {
        journal = other;
    }

    @Override
    public void dropped() {
        journal.dropped();
        Counter.builder("keywarden.shadow.dropped")
                .description("Questions that shadows were too slow for.")
                .register(registry)
                .increment();
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /**
     * Everything counted so far. The first two counters are written as the reference writes them, as whole numbers and to the
     * byte, for whoever reads them without a parser.
     */
    public String scrape() {
        return counter(
                        "dstack_kms_attestation_requests_total",
                        "Total number of KMS attestation requests.",
                        attestationRequests)
                + counter(
                        "dstack_kms_attestation_failures_total",
                        "Total number of failed KMS attestation requests.",
                        attestationFailures)
                + registry.scrape();
    }

    private static String counter(String name, String help, LongAdder value) {
        return "# HELP %1$s %2$s\n# TYPE %1$s counter\n%1$s %3$d\n".formatted(name, help, value.sum());
    }
}
