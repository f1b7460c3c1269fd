/**
 * The load generator and the bench built on it.
 *
 * <p>{@link dev.keywarden.it.load.LoadGenerator} is a process of its own that plays guests: each client asks, waits for the
 * answer, and asks again, on a kept connection or on a new one each time. {@link dev.keywarden.it.load.BenchMain} starts a
 * node from the distribution, runs the generator against it cell by cell, and prints tables with the targets beside the
 * figures.
 *
 * <p>On a machine of few cores throughput and latency are as much the generator's as the server's. The figure to compare is
 * the processor time of the server's process per request.
 */
@NullMarked
package dev.keywarden.it.load;

import org.jspecify.annotations.NullMarked;
