/** Microbenchmarks; {@code ./keywarden bench jmh} runs them, and its arguments go to JMH. */
@NullMarked
package dev.keywarden.it.jmh;

import org.jspecify.annotations.NullMarked;
