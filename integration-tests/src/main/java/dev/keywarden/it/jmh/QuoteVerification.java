package dev.keywarden.it.jmh;

import dev.keywarden.dcap.Collateral;
import dev.keywarden.dcap.Quote;
import dev.keywarden.dcap.QuoteLimits;
import dev.keywarden.dcap.VerifiedQuote;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the whole verification of an Intel-signed quote costs. Targets at the median: 300 µs when the collateral is known,
 * 1500 µs when nothing is. Garbage is told by {@code -prof gc}.
 */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 1, jvmArgsAppend = "-Xmx256m")
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class QuoteVerification {
    /** For JMH. */
    public QuoteVerification() {}

    /** The structure alone. */
    @Benchmark
    public Quote parse(RealQuote real) {
        return Quote.parse(real.quote, QuoteLimits.DEFAULT);
    }

    /** Everything read and verified anew: ten signatures. */
    @Benchmark
    public VerifiedQuote cold(RealQuote real) {
        Collateral read = Collateral.ofJson(real.collateralJson);
        return real.forgetful.verify(real.quote, read, RealQuote.GOOD_TIME);
    }

    /** A platform never seen before under collateral that is known: three signatures. */
    @Benchmark
    public VerifiedQuote collateralKnown(RealQuote real) {
        return real.collateralKnown.verify(real.quote, real.collateral, RealQuote.GOOD_TIME);
    }

    /** A new quote of a platform that is known: one signature. */
    @Benchmark
    public VerifiedQuote allKnown(RealQuote real) {
        return real.allKnown.verify(real.quote, real.collateral, RealQuote.GOOD_TIME);
    }
}
