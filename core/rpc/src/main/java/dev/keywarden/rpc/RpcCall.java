package dev.keywarden.rpc;

/**
 * One call as a handler sees it.
 *
 * @param method name without any service prefix
 * @param caller what {@link CallerIdentifier} found out
 * @param requestId names this call in logs and decision records
 */
public record RpcCall<I>(String method, I caller, String requestId) {}
