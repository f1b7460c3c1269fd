/**
 * The enforcement points: bootstrap, RPC for this KMS itself, RPC for its callers.
 *
 * <p>Each gate does the same three things in the same order: verified evidence becomes boot info, the chain is asked, and
 * the answer is recorded. A gate never returns anything but an allow; everything else is a {@link
 * dev.keywarden.app.gate.GateRefusal} whose text the protocol fixes (wire protocol, sections 2.4 and 3).
 */
@NullMarked
package dev.keywarden.app.gate;

import org.jspecify.annotations.NullMarked;
