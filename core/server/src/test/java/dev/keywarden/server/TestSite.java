package dev.keywarden.server;

import com.google.protobuf.ByteString;
import com.google.protobuf.Empty;
import dev.keywarden.rpc.PeerConnection;
import dev.keywarden.rpc.PrpcService;
import dev.keywarden.rpc.RpcException;
import dev.keywarden.rpc.proto.AppId;
import dev.keywarden.rpc.proto.GetAppKeyRequest;
import dev.keywarden.rpc.proto.PublicKeyResponse;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A service whose answers say what reached it. */
final class TestSite {
    static final String VERSION = "v0.1.0 (git:0123456789abcdef0123)";

    /** Released by a test that wants {@code Block} to go on. */
    final CountDownLatch gate = new CountDownLatch(1);

    /** Counted down when {@code Block} is being handled. */
    final CountDownLatch blocked = new CountDownLatch(1);

    /** The default sizes, and time enough for the busiest machine. */
    static ServerLimits patientLimits() {
        ServerLimits defaults = ServerLimits.defaults();
        Duration patience = Duration.ofMinutes(10);
        return new ServerLimits(
                defaults.connections(),
                defaults.requestsInFlight(),
                patience,
                patience,
                patience,
                patience,
                patience,
                patience,
                patience,
                patience,
                defaults.requestLineBytes(),
                defaults.headerBytes(),
                defaults.bodyBytes(),
                defaults.bufferedBodyBytes(),
                defaults.clientHelloBytes(),
                defaults.certificateChainBytes());
    }

    PrpcService<PeerConnection> service() {
        return PrpcService.<PeerConnection>named("KMS")
                .method("Echo", AppId.getDefaultInstance(), (request, call) -> PublicKeyResponse.newBuilder()
                        .setPublicKey(request.getAppId())
                        .build())
                .method("CertificateSize", Empty.getDefaultInstance(), (request, call) -> PublicKeyResponse.newBuilder()
                        .setTimestamp(
                                call.caller().certificate().map(TestSite::size).orElse(0))
                        .build())
                .method(
                        "Length",
                        GetAppKeyRequest.getDefaultInstance(),
                        (request, call) -> PublicKeyResponse.newBuilder()
                                .setTimestamp(request.getVmConfig().length())
                                .build())
                .method(
                        "Large",
                        GetAppKeyRequest.getDefaultInstance(),
                        (request, call) -> PublicKeyResponse.newBuilder()
                                .setPublicKey(ByteString.copyFrom(new byte[request.getApiVersion()]))
                                .build())
                .method("Block", Empty.getDefaultInstance(), (request, call) -> block())
                .method("Defect", Empty.getDefaultInstance(), (request, call) -> {
                    throw new IllegalStateException("secret detail");
                })
                .method("Refuse", Empty.getDefaultInstance(), (request, call) -> {
                    throw new RpcException("no");
                })
                .build(peer -> peer);
    }

    Site site() {
        return Site.builder()
                .prpc(service())
                .page("/", () -> Page.html("<p>home</p>"))
                .page("/finish", () -> Page.text("OK"))
                .page("/broken", () -> {
                    throw new IllegalStateException("secret detail");
                })
                .header("x-app-version", VERSION)
                .build();
    }

    private Empty block() throws InterruptedException {
        blocked.countDown();
        if (!gate.await(2, TimeUnit.MINUTES)) {
            throw new RpcException("nobody opened the gate");
        }
        return Empty.getDefaultInstance();
    }

    private static int size(X509Certificate certificate) {
        return TestCertificates.encoded(certificate).length;
    }
}
