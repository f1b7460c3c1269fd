package dev.keywarden.it.jmh;

import dev.keywarden.spi.Decision;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What one decision by an allowlist of a million apps costs; the target is 20 µs at most.
 *
 * <p>Single decisions are timed, since on a machine that does other work too the median is what the decision costs, and the
 * average is not.
 */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 1, jvmArgsAppend = "-Xmx512m")
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class AllowlistDecision {
    /** For JMH. */
    public AllowlistDecision() {}

    /** An app that is on the list, another one each time. */
    @Benchmark
    public Decision listed(LongAllowlist list) {
        return list.authorizer().authorize(list.listed());
    }

    /** An app that is not, another one each time. */
    @Benchmark
    public Decision unlisted(LongAllowlist list) {
        return list.authorizer().authorize(list.unlisted());
    }
}
