package dev.keywarden.plugin.webhook;

import java.time.Duration;

/**
 * What one question may cost; the settings with their defaults filled in.
 *
 * @param timeout for the whole question
 * @param connectTimeout for the connection to one address
 * @param maxAnswerBytes longest answer, without its head
 * @param maxConnections questions under way at once
 */
record ClientLimits(Duration timeout, Duration connectTimeout, int maxAnswerBytes, int maxConnections) {}
