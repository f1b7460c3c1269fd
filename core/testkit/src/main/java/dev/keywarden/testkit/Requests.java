package dev.keywarden.testkit;

import dev.keywarden.spi.AuthorizationRequest;
import dev.keywarden.spi.BootInfo;
import dev.keywarden.spi.Gate;
import dev.keywarden.spi.Subject;
import java.time.Instant;
import java.util.List;

/** Questions for authorizers, as the RPC gate asks them, from evidence of the backend {@code mock} and with no hurry. */
public final class Requests {
    private Requests() {}

    /** May this app have its keys? */
    public static AuthorizationRequest app(BootInfo bootInfo) {
        return about(Subject.APP, bootInfo);
    }

    /** May this subject have what it asks for, or, of this KMS itself, go on? */
    public static AuthorizationRequest about(Subject subject, BootInfo bootInfo) {
        String method = subject == Subject.PEER_KMS ? "GetKmsKey" : "GetAppKey";
        return new AuthorizationRequest(
                Gate.RPC, method, subject, bootInfo, "mock", List.of(), "request-1", Instant.EPOCH, Instant.MAX);
    }
}
