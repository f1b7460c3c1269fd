/**
 * An authorizer that decides by a policy in OPA's language.
 *
 * <p>{@link dev.keywarden.plugin.rego.RegoAuthorizer} puts the {@linkplain dev.keywarden.plugin.rego.InputDocument input
 * document} to whatever evaluates the policy and reads the {@linkplain dev.keywarden.plugin.rego.Verdict verdict}. In this
 * process that is a bundle ({@code bundle}) run by an engine ({@code engine}) and kept current by {@link
 * dev.keywarden.plugin.rego.PolicyKeeper}; else a server of OPA ({@code server}). Lists too large for a policy's data are
 * looked up here ({@code facts}).
 */
@NullMarked
package dev.keywarden.plugin.rego;

import org.jspecify.annotations.NullMarked;
