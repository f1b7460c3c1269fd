package dev.keywarden.rpc;

import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertificateException;
import java.util.concurrent.ExecutionException;

/** Says in one line why a call did not go through, out of what the HTTP client wraps into each other. */
final class ClientFailure {
    private ClientFailure() {}

    static RpcException of(URI target, ExecutionException failure) {
        Throwable deepest = failure;
        for (Throwable e = failure; e != null; e = e.getCause()) {
            if (e instanceof ClientTls.ServerRefused || e instanceof BoundedBody.TooLong) {
                return new RpcException(String.valueOf(e.getMessage()), failure);
            }
            if (e instanceof CertificateException) {
                return failed(
                        target,
                        "the server's certificate is not trusted: " + deepest(e).getMessage(),
                        failure);
            }
            if (e instanceof ConnectException) {
                return failed(target, "no connection: " + reason(deepest(e)), failure);
            }
            deepest = e;
        }
        return failed(target, reason(deepest), failure);
    }

    private static RpcException failed(URI target, String reason, Throwable cause) {
        return new RpcException("Failed to send request: %s: %s".formatted(target, reason), cause);
    }

    private static String reason(Throwable cause) {
        if (cause instanceof UnresolvedAddressException) {
            return "the name can't be resolved";
        }
        if (cause instanceof HttpConnectTimeoutException) {
            return "no connection in time";
        }
        if (cause instanceof ClosedChannelException) {
            return "refused, or nothing listens there";
        }
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }

    private static Throwable deepest(Throwable e) {
        return e.getCause() == null ? e : deepest(e.getCause());
    }
}
