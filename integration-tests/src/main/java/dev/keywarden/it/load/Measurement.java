package dev.keywarden.it.load;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Counts what clients see. Not safe for several threads: all clients run on one event loop. */
final class Measurement {
    private static final int SIGNIFICANT_DIGITS = 3;

    private final Histogram nanos = new Histogram(TimeUnit.MINUTES.toNanos(2), SIGNIFICANT_DIGITS);
    private long errors;
    private @Nullable String firstError;

    void answered(long elapsedNanos) {
        nanos.recordValue(Math.min(elapsedNanos, nanos.getHighestTrackableValue()));
    }

    void failed(String what) {
        errors++;
        if (firstError == null) {
            firstError = what;
        }
    }

    /** Forgets the warm-up, though not that something failed in it. */
    void restart() {
        nanos.reset();
    }

    long requests() {
        return nanos.getTotalCount();
    }

    long errors() {
        return errors;
    }

    @Nullable String firstError() {
        return firstError;
    }

    double millisAt(double percentile) {
        return nanos.getValueAtPercentile(percentile) / 1e6;
    }
}
