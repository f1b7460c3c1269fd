package dev.keywarden.collateral;

import java.net.http.HttpHeaders;

/**
 * What a service answered, not yet understood.
 *
 * @param status of HTTP
 * @param headers of the answer
 * @param body within the limit that was given
 */
@SuppressWarnings("ArrayRecordComponent") // lives for one answer and is never compared
record HttpAnswer(int status, HttpHeaders headers, byte[] body) {}
