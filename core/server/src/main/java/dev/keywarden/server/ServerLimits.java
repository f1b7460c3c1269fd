package dev.keywarden.server;

import java.time.Duration;

/**
 * Every number that a stranger can push against, with its unit. Where the reference has a limit that clients can meet, the
 * default is the reference's.
 *
 * @param connections open connections of all listeners together; one more is closed as soon as it is accepted
 * @param requestsInFlight requests handled at once; others wait, up to {@code queueing}
 * @param queueing how long a request waits for its turn before it is answered with 503
 * @param handshake from the accepted connection to the end of the TLS handshake
 * @param firstRequest from the open connection to the first byte of a request
 * @param requestHead from the first byte of a request to the end of its headers
 * @param requestBody from there to the end of the body
 * @param responseWrite for the client to take the answer
 * @param idle from an answer to the first byte of the next request; the reference closes after 15 s
 * @param linger how long a client may go on sending after it was refused, so that it finds the answer and not a reset
 * @param requestLineBytes method, target and version
 * @param headerBytes all header fields together
 * @param bodyBytes one request body; 10 MiB in wire-protocol.md section 1.3
 * @param bufferedBodyBytes all request bodies beyond their first 4 KiB together, while they are collected and handled.
 *     Decoding takes several times that for a moment, so it should be a small part of the heap
 * @param clientHelloBytes the first message of a handshake
 * @param certificateChainBytes the client's certificates; those with evidence are tens of kilobytes
 */
public record ServerLimits(
        int connections,
        int requestsInFlight,
        Duration queueing,
        Duration handshake,
        Duration firstRequest,
        Duration requestHead,
        Duration requestBody,
        Duration responseWrite,
        Duration idle,
        Duration linger,
        int requestLineBytes,
        int headerBytes,
        int bodyBytes,
        long bufferedBodyBytes,
        int clientHelloBytes,
        int certificateChainBytes) {

    private static final int KIB = 1024;
    private static final int MIB = 1024 * KIB;

    /** A body of JSON takes about six times its size while it is decoded. */
    private static final int HEAP_SHARE = 12;

    /** Refuses limits that would stop everything. */
    public ServerLimits {
        requirePositive(connections, "connections");
        requirePositive(requestsInFlight, "requestsInFlight");
        requirePositive(queueing.toNanos(), "queueing");
        requirePositive(handshake.toNanos(), "handshake");
        requirePositive(firstRequest.toNanos(), "firstRequest");
        requirePositive(requestHead.toNanos(), "requestHead");
        requirePositive(requestBody.toNanos(), "requestBody");
        requirePositive(responseWrite.toNanos(), "responseWrite");
        requirePositive(idle.toNanos(), "idle");
        requirePositive(linger.toNanos(), "linger");
        requirePositive(requestLineBytes, "requestLineBytes");
        requirePositive(headerBytes, "headerBytes");
        requirePositive(bodyBytes, "bodyBytes");
        requirePositive(bufferedBodyBytes, "bufferedBodyBytes");
        requirePositive(clientHelloBytes, "clientHelloBytes");
        requirePositive(certificateChainBytes, "certificateChainBytes");
    }

    /** What a node runs with unless told otherwise; safe with a heap of 128 MiB or more. */
    public static ServerLimits defaults() {
        return new ServerLimits(
                2048,
                256,
                Duration.ofSeconds(10),
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                Duration.ofSeconds(30),
                Duration.ofSeconds(15),
                Duration.ofSeconds(5),
                16 * KIB,
                16 * KIB,
                10 * MIB,
                Math.max(10L * MIB, Runtime.getRuntime().maxMemory() / HEAP_SHARE),
                16 * KIB,
                100 * KIB);
    }

    private static void requirePositive(long value, String name) {
        if (value <= 0) {
            throw new IllegalArgumentException("Limit %s is %d; it must be more than nothing".formatted(name, value));
        }
    }
}
