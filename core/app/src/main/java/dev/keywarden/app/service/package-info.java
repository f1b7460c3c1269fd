/**
 * What the RPCs do, in the order of checks that the protocol fixes (wire protocol, section 2.3).
 *
 * <p>{@link dev.keywarden.app.service.KmsService} serves a bootstrapped node, {@link
 * dev.keywarden.app.service.OnboardService} one without root keys. Both only arrange: gates decide, {@code
 * dev.keywarden.keys} derives, and the decision trail is committed last, before an answer leaves.
 */
@NullMarked
package dev.keywarden.app.service;

import org.jspecify.annotations.NullMarked;
