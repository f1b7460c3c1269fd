/**
 * The service provider interface: the only thing a Keywarden plugin compiles against.
 *
 * <p>A plugin is one jar. Its manifest names it ({@code Plugin-Id}, {@code Plugin-Version}, {@code Plugin-Requires}), and
 * {@code META-INF/services/dev.keywarden.spi.KeywardenPlugin} names one class that implements {@link
 * dev.keywarden.spi.KeywardenPlugin}. The plugin's class loader shows it the JDK, this package and what its own jar
 * brings, nothing else.
 *
 * <p>Two questions are asked of plugins before a key leaves. An {@link dev.keywarden.spi.AttestationVerifier} answers
 * <em>is this really the machine it says it is</em>: it turns {@link dev.keywarden.spi.Evidence} into an {@link
 * dev.keywarden.spi.Attestation} or throws. An {@link dev.keywarden.spi.Authorizer} answers <em>may that machine have
 * this</em>: it turns an {@link dev.keywarden.spi.AuthorizationRequest} into a {@link dev.keywarden.spi.Decision}, or
 * throws when it is unable to decide. What must never be forgotten (that the report data binds the TLS key, deadlines,
 * null results, widths) is checked by the host and is not a plugin's job.
 *
 * <p>Every type is called concurrently, on virtual threads. Implementations may block, must honour interruption, must
 * keep nothing per thread, and must not hold a monitor across I/O.
 */
@NullMarked
package dev.keywarden.spi;

import org.jspecify.annotations.NullMarked;
