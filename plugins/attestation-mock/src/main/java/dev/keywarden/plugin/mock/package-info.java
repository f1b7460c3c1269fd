/**
 * The plugin {@code mock}: attests and verifies with a software TEE in place of hardware, for development, tests and
 * interoperation with the reference's simulators. Its evidence proves nothing.
 *
 * <p>{@link dev.keywarden.plugin.mock.MockPlugin} reads {@link dev.keywarden.plugin.mock.MockSettings} and returns one
 * {@link dev.keywarden.plugin.mock.MockBackend}. The verifier trusts the root that follows from this directory's seed, and
 * those that the configuration names; it is the verifier of {@code dcap} with the looser profile that simulators can
 * satisfy, and everything signed is checked as if it mattered.
 */
@NullMarked
package dev.keywarden.plugin.mock;

import org.jspecify.annotations.NullMarked;
