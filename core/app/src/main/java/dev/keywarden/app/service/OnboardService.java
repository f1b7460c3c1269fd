package dev.keywarden.app.service;

import com.google.protobuf.Empty;
import dev.keywarden.app.audit.DecisionLog;
import dev.keywarden.app.gate.Caller;
import dev.keywarden.app.gate.DecisionTrail;
import dev.keywarden.app.gate.GateRefusal;
import dev.keywarden.rpc.PeerConnection;
import dev.keywarden.rpc.PrpcService;
import dev.keywarden.rpc.RpcCall;
import dev.keywarden.rpc.RpcException;
import dev.keywarden.rpc.proto.BootstrapRequest;
import dev.keywarden.rpc.proto.BootstrapResponse;
import dev.keywarden.rpc.proto.OnboardRequest;
import java.util.Optional;

/** The service of a node without root keys (wire protocol, section 10.1). */
public final class OnboardService {
    private final Bootstrapper bootstrapper;
    private final DecisionLog log;
    private final Runnable finish;

    /** @param finish asks the node to leave onboarding mode; must return at once, so that the answer still gets out */
    public OnboardService(Bootstrapper bootstrapper, DecisionLog log, Runnable finish) {
        this.bootstrapper = bootstrapper;
        this.log = log;
        this.finish = finish;
    }

    /** The methods by name, for the dispatcher. Nobody is identified: the listener is plain HTTP. */
    public PrpcService<Caller> methods() {
        return PrpcService.<Caller>named("Onboard")
                .requestIds(RequestIds::next)
                .method("Bootstrap", BootstrapRequest.getDefaultInstance(), this::bootstrap)
                .method("Onboard", OnboardRequest.getDefaultInstance(), OnboardService::notThereYet)
                .method("GetAttestationInfo", Empty.getDefaultInstance(), OnboardService::notThereYet)
                .method("Finish", Empty.getDefaultInstance(), (request, call) -> finish())
                .build(OnboardService::anonymous);
    }

    private static Caller anonymous(PeerConnection peer) {
        return new Caller(Optional.empty(), peer.remoteAddress());
    }

    private BootstrapResponse bootstrap(BootstrapRequest request, RpcCall<Caller> call) {
        DecisionTrail trail =
                new DecisionTrail(log, call.requestId(), call.caller().remote());
        try {
            return MetaSource.response(
                    bootstrapper.bootstrap(request.getDomain(), "KMS is not allowed to bootstrap", trail));
        } catch (IllegalArgumentException | GateRefusal e) {
            throw new RpcException(String.valueOf(e.getMessage()));
        }
    }

    private Empty finish() {
        finish.run();
        return Empty.getDefaultInstance();
    }

    private static <Q> Empty notThereYet(Q request, RpcCall<Caller> call) {
        throw new RpcException(call.method() + " is not there yet: this version of Keywarden does not implement it");
    }
}
