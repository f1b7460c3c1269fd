package dev.keywarden.app.service;

import com.google.protobuf.ByteString;
import com.google.protobuf.Empty;
import dev.keywarden.app.gate.Caller;
import dev.keywarden.app.gate.DecisionTrail;
import dev.keywarden.app.gate.DecisionTrails;
import dev.keywarden.app.gate.GateRefusal;
import dev.keywarden.rpc.PeerConnection;
import dev.keywarden.rpc.PrpcService;
import dev.keywarden.rpc.RpcCall;
import dev.keywarden.rpc.RpcException;
import dev.keywarden.rpc.proto.AttestationInfoResponse;
import dev.keywarden.rpc.proto.BootstrapRequest;
import dev.keywarden.rpc.proto.BootstrapResponse;
import dev.keywarden.rpc.proto.OnboardRequest;
import dev.keywarden.rpc.proto.OnboardResponse;
import dev.keywarden.spi.Bytes;
import java.util.Optional;

/** The service of a node without root keys (wire protocol, section 10.1). */
public final class OnboardService {
    private final Bootstrapper bootstrapper;
    private final Onboarder onboarder;
    private final AttestationInfo attestationInfo;
    private final DecisionTrails trails;
    private final Runnable finish;

    /** @param finish asks the node to leave onboarding mode; must return at once, so that the answer still gets out */
    public OnboardService(
            Bootstrapper bootstrapper,
            Onboarder onboarder,
            AttestationInfo attestationInfo,
            DecisionTrails trails,
            Runnable finish) {
        this.bootstrapper = bootstrapper;
        this.onboarder = onboarder;
        this.attestationInfo = attestationInfo;
        this.trails = trails;
        this.finish = finish;
    }

    /** The methods by name, for the dispatcher. Nobody is identified: the listener is plain HTTP. */
    public PrpcService<Caller> methods() {
        return PrpcService.<Caller>named("Onboard")
                .requestIds(RequestIds::next)
                .method("Bootstrap", BootstrapRequest.getDefaultInstance(), this::bootstrap)
                .method("Onboard", OnboardRequest.getDefaultInstance(), this::onboard)
                .method("GetAttestationInfo", Empty.getDefaultInstance(), (request, call) -> attestationInfo())
                .method("Finish", Empty.getDefaultInstance(), (request, call) -> finish())
                .build(OnboardService::anonymous);
    }

    private static Caller anonymous(PeerConnection peer) {
        return new Caller(Optional.empty(), peer.remoteAddress());
    }

    private BootstrapResponse bootstrap(BootstrapRequest request, RpcCall<Caller> call) {
        try (DecisionTrail trail = trail(call)) {
            return MetaSource.response(
                    bootstrapper.bootstrap(request.getDomain(), "KMS is not allowed to bootstrap", trail));
        } catch (IllegalArgumentException | GateRefusal e) {
            throw new RpcException(String.valueOf(e.getMessage()));
        }
    }

    private OnboardResponse onboard(OnboardRequest request, RpcCall<Caller> call) {
        try (DecisionTrail trail = trail(call)) {
            Bytes k256PublicKey = onboarder.onboard(request.getSourceUrl(), request.getDomain(), trail);
            return OnboardResponse.newBuilder()
                    .setK256Pubkey(ByteString.copyFrom(k256PublicKey.toArray()))
                    .build();
        } catch (IllegalArgumentException | GateRefusal e) {
            throw new RpcException(String.valueOf(e.getMessage()));
        }
    }

    private AttestationInfoResponse attestationInfo() {
        try {
            return attestationInfo.current();
        } catch (GateRefusal e) {
            throw new RpcException(e.text());
        }
    }

    private DecisionTrail trail(RpcCall<Caller> call) {
        return trails.begin(call.requestId(), call.caller().remote());
    }

    private Empty finish() {
        finish.run();
        return Empty.getDefaultInstance();
    }
}
