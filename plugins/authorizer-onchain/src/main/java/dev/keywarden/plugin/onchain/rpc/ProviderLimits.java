package dev.keywarden.plugin.onchain.rpc;

import java.time.Duration;

/**
 * What one provider may cost.
 *
 * @param timeout for a whole question, from connecting to the last byte
 * @param maxAnswerBytes longest answer that is read
 */
public record ProviderLimits(Duration timeout, int maxAnswerBytes) {}
