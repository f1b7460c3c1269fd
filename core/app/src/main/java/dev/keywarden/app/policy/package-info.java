/**
 * What policy authors work with: folders of policies, bundles, questions, and the OPA that answers them.
 *
 * <p>Everything that OPA can do is left to a real {@code opa}; the node's own engine is asked where the node's answer counts.
 */
@NullMarked
package dev.keywarden.app.policy;

import org.jspecify.annotations.NullMarked;
