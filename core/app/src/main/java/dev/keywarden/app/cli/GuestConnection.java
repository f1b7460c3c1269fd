package dev.keywarden.app.cli;

import com.google.protobuf.Empty;
import dev.keywarden.rpc.RaTlsClient;
import dev.keywarden.rpc.proto.GetTempCaCertResponse;
import java.time.Duration;

/** How guests reach a node (wire protocol, section 16): first anybody's answer, then the node's alone. */
final class GuestConnection {
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration WHOLE = Duration.ofSeconds(60);

    private GuestConnection() {}

    /** Asks whoever answers for the CAs. */
    static GetTempCaCertResponse cas(String url) {
        try (RaTlsClient anyone = to(url).trustingUnverifiedServer().build()) {
            return anyone.call("GetTempCaCert", Empty.getDefaultInstance(), GetTempCaCertResponse.getDefaultInstance())
                    .message();
        }
    }

    /** A connection to a node, to be told whom it trusts and what it presents. */
    static RaTlsClient.Builder to(String url) {
        return RaTlsClient.to(url).connectTimeout(CONNECT).deadline(WHOLE);
    }
}
