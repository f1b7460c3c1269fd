/**
 * An authorizer that asks an HTTP service, with the questions and answers of the reference implementation (wire protocol,
 * sections 4.1 to 4.4), so that its policy services work unchanged.
 *
 * <p>{@link dev.keywarden.plugin.webhook.WebhookPlugin} reads {@link dev.keywarden.plugin.webhook.WebhookSettings} and
 * makes one {@link dev.keywarden.plugin.webhook.WebhookAuthorizer}. A question goes: {@link
 * dev.keywarden.plugin.webhook.BootInfoJson} writes the body, {@link dev.keywarden.plugin.webhook.Endpoint} the head,
 * {@link dev.keywarden.plugin.webhook.WebhookClient} gets the bytes there and an {@link
 * dev.keywarden.plugin.webhook.HttpAnswer} back, {@link dev.keywarden.plugin.webhook.AnswerReader} makes sense of it.
 * Whatever is not a clear answer is an exception, never a decision.
 *
 * <p>HTTP messages are parsed by Apache HttpCore. A whole HTTP client stands for much that must not happen here:
 * redirects, repetitions, cookies, proxies from the environment, compressed bodies of unknown size. What is left of one
 * without these is a {@link dev.keywarden.plugin.webhook.Connection}, a stack of idle ones, and a {@link
 * dev.keywarden.plugin.webhook.Guard} that closes a connection when its time is up.
 */
@NullMarked
package dev.keywarden.plugin.webhook;

import org.jspecify.annotations.NullMarked;
