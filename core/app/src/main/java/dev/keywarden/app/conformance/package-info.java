/**
 * Wire checks against any KMS that speaks the protocol: transport, codecs, errors, and the meaning of the calls that need no
 * secret. Operators run them before they switch.
 *
 * <p>{@link dev.keywarden.app.conformance.WireChecks} are for a node that serves, {@link
 * dev.keywarden.app.conformance.OnboardingChecks} for one without root keys; a {@link
 * dev.keywarden.app.conformance.Check} sends something and says what was expected. Nothing here changes a node.
 */
@NullMarked
package dev.keywarden.app.conformance;

import org.jspecify.annotations.NullMarked;
