package dev.keywarden.rpc;

import java.time.Duration;

/** Learns of every answer of a service. Called concurrently, before the answer is sent; must neither block nor throw. */
@FunctionalInterface
public interface RpcObserver {
    /**
     * A method was called and has answered.
     *
     * @param method a method that the service has, without prefix
     * @param status HTTP status of the answer
     * @param elapsed from the request's last byte to the finished answer
     */
    void answered(String method, int status, Duration elapsed);
}
