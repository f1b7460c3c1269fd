/**
 * Keywarden as its users see it: the distribution as packaged, real processes, real sockets, real TLS.
 *
 * <p>{@link dev.keywarden.it.KeywardenProcess} runs a command, {@link dev.keywarden.it.TestNode} a node with a configuration,
 * {@link dev.keywarden.it.WebhookDouble} plays the policy service, {@link dev.keywarden.it.RawTls} sends recorded bytes.
 */
package dev.keywarden.it;
