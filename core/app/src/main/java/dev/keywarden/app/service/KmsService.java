package dev.keywarden.app.service;

import com.google.protobuf.ByteString;
import com.google.protobuf.Empty;
import dev.keywarden.app.admin.PublicImageCacheClearing;
import dev.keywarden.app.audit.DecisionLogException;
import dev.keywarden.app.gate.BoundedRefresh;
import dev.keywarden.app.gate.Caller;
import dev.keywarden.app.gate.DecisionTrail;
import dev.keywarden.app.gate.DecisionTrails;
import dev.keywarden.app.gate.GateRefusal;
import dev.keywarden.app.gate.Gates;
import dev.keywarden.keys.AppKeys;
import dev.keywarden.keys.EnvEncryptKey;
import dev.keywarden.keys.KeyDerivation;
import dev.keywarden.keys.KeyHandover;
import dev.keywarden.keys.StoredKeys;
import dev.keywarden.rpc.CallerIdentifier;
import dev.keywarden.rpc.PrpcService;
import dev.keywarden.rpc.RpcCall;
import dev.keywarden.rpc.RpcException;
import dev.keywarden.rpc.RpcObserver;
import dev.keywarden.rpc.proto.AppId;
import dev.keywarden.rpc.proto.AppKeyResponse;
import dev.keywarden.rpc.proto.ClearImageCacheRequest;
import dev.keywarden.rpc.proto.GetAppKeyRequest;
import dev.keywarden.rpc.proto.GetKmsKeyRequest;
import dev.keywarden.rpc.proto.GetMetaResponse;
import dev.keywarden.rpc.proto.GetTempCaCertResponse;
import dev.keywarden.rpc.proto.KmsKeyResponse;
import dev.keywarden.rpc.proto.KmsKeys;
import dev.keywarden.rpc.proto.PublicKeyResponse;
import dev.keywarden.rpc.proto.SignCertRequest;
import dev.keywarden.spi.BootInfo;
import dev.keywarden.spi.Bytes;
import dev.keywarden.spi.Subject;
import java.time.InstantSource;
import java.util.Optional;

/** The service of a node that has root keys. */
public final class KmsService {
    private static final int MAX_APP_KEY_API_VERSION = 1;

    private final Gates gates;
    private final DecisionTrails trails;
    private final StoredKeys keys;
    private final KeyDerivation derivation;
    private final SignCertService certificates;
    private final BoundedRefresh<GetMetaResponse> meta;
    private final BoundedRefresh<Boolean> selfForTempCa;
    private final BoundedRefresh<Boolean> selfForEnvKey;
    private final GetTempCaCertResponse tempCa;
    private final InstantSource clock;

    /**
     * @param gates bootstrap and RPC gates
     * @param trails where decisions begin
     * @param keys the node's keys and certificates, owned by the caller
     * @param derivation over the same keys
     * @param certificates signs for applications
     * @param meta makes the answer to GetMeta
     * @param clock for timestamps in signatures
     */
    public KmsService(
            Gates gates,
            DecisionTrails trails,
            StoredKeys keys,
            KeyDerivation derivation,
            SignCertService certificates,
            MetaSource meta,
            InstantSource clock) {
        this.gates = gates;
        this.trails = trails;
        this.keys = keys;
        this.derivation = derivation;
        this.certificates = certificates;
        this.clock = clock;
        this.meta = new BoundedRefresh<>(meta::current, clock);
        this.selfForTempCa = new BoundedRefresh<>(() -> checkSelf("GetTempCaCert"), clock);
        this.selfForEnvKey = new BoundedRefresh<>(() -> checkSelf("GetAppEnvEncryptPubKey"), clock);
        this.tempCa = GetTempCaCertResponse.newBuilder()
                .setTempCaCert(keys.tempCaCertPem())
                .setTempCaKey(keys.tempCaKeyPem())
                .setCaCert(keys.rootCaCertPem())
                .build();
    }

    /**
     * The methods by name, for the dispatcher.
     *
     * @param clearing serves {@code ClearImageCache}, which is not there without
     */
    public PrpcService<Caller> methods(
            CallerIdentifier<Caller> identifier, Optional<PublicImageCacheClearing> clearing, RpcObserver observer) {
        PrpcService.Builder<Caller> methods = PrpcService.<Caller>named("KMS")
                .requestIds(RequestIds::next)
                .method("GetAppKey", GetAppKeyRequest.getDefaultInstance(), this::getAppKey)
                .method("GetAppEnvEncryptPubKey", AppId.getDefaultInstance(), this::getAppEnvEncryptPubKey)
                .method("GetMeta", Empty.getDefaultInstance(), (request, call) -> getMeta())
                .method("GetTempCaCert", Empty.getDefaultInstance(), (request, call) -> getTempCaCert())
                .method("GetKmsKey", GetKmsKeyRequest.getDefaultInstance(), this::getKmsKey)
                .method("SignCert", SignCertRequest.getDefaultInstance(), certificates::signCert)
                .observer(observer);
        clearing.ifPresent(images -> methods.method(
                "ClearImageCache",
                ClearImageCacheRequest.getDefaultInstance(),
                (request, call) -> images.clear(request)));
        return methods.build(identifier);
    }

    private AppKeyResponse getAppKey(GetAppKeyRequest request, RpcCall<Caller> call) {
        if (Integer.compareUnsigned(request.getApiVersion(), MAX_APP_KEY_API_VERSION) > 0) {
            throw new RpcException("Unsupported API version: " + Integer.toUnsignedString(request.getApiVersion()));
        }
        try (DecisionTrail trail = trail(call)) {
            gates.requireSelf("GetAppKey", trail);
            Gates.Admission admission = requireApp(request, call, trail);
            AppKeyResponse response = derive(admission);
            trail.commit();
            return response;
        } catch (GateRefusal | DecisionLogException e) {
            throw refused(e);
        }
    }

    private Gates.Admission requireApp(GetAppKeyRequest request, RpcCall<Caller> call, DecisionTrail trail) {
        try {
            return gates.requireCaller("GetAppKey", Subject.APP, call.caller(), request.getVmConfig(), trail);
        } catch (GateRefusal e) {
            throw e.within("App not allowed");
        }
    }

    private AppKeyResponse derive(Gates.Admission admission) {
        BootInfo who = admission.bootInfo();
        try (AppKeys appKeys = derivation.deriveApp(who.appId(), who.instanceId())) {
            return AppKeyResponse.newBuilder()
                    .setCaCert(keys.rootCaCertPem())
                    .setDiskCryptKey(appKeys.diskCryptKey().expose(ByteString::copyFrom))
                    .setEnvCryptKey(appKeys.envCryptKey().expose(ByteString::copyFrom))
                    .setK256Key(appKeys.k256Key().expose(ByteString::copyFrom))
                    .setK256Signature(bytes(appKeys.k256Signature()))
                    .setTproxyAppId(admission.gatewayAppId())
                    .setGatewayAppId(admission.gatewayAppId())
                    .setOsImageHash(bytes(who.osImageHash()))
                    .build();
        }
    }

    private KmsKeyResponse getKmsKey(GetKmsKeyRequest request, RpcCall<Caller> call) {
        try (DecisionTrail trail = trail(call)) {
            gates.requireSelf("GetKmsKey", trail);
            gates.requirePeer("GetKmsKey", call.caller(), request.getVmConfig(), trail);
            try (KeyHandover handover = KeyHandover.of(keys.rootKeys())) {
                KmsKeys set = KmsKeys.newBuilder()
                        .setCaKeyBytes(handover.caKeyPem().expose(ByteString::copyFrom))
                        .setK256Key(handover.k256Key().expose(ByteString::copyFrom))
                        .build();
                trail.commit();
                return KmsKeyResponse.newBuilder()
                        .setTempCaKey(keys.tempCaKeyPem())
                        .addKeys(set)
                        .build();
            }
        } catch (GateRefusal | DecisionLogException e) {
            throw refused(e);
        }
    }

    private PublicKeyResponse getAppEnvEncryptPubKey(AppId request, RpcCall<Caller> call) {
        if (request.getAppId().size() != BootInfo.APP_ID_BYTES) {
            throw new RpcException("app_id must be 20 bytes");
        }
        refresh(selfForEnvKey);
        EnvEncryptKey key = derivation.envEncryptKey(Bytes.of(request.getAppId().toByteArray()));
        long timestamp = clock.instant().getEpochSecond();
        return PublicKeyResponse.newBuilder()
                .setPublicKey(bytes(key.publicKey()))
                .setSignature(bytes(key.signature()))
                .setTimestamp(timestamp)
                .setSignatureV1(bytes(key.signatureV1(timestamp)))
                .build();
    }

    private GetMetaResponse getMeta() {
        return refresh(meta);
    }

    private GetTempCaCertResponse getTempCaCert() {
        refresh(selfForTempCa);
        return tempCa;
    }

    private boolean checkSelf(String method) {
        try (DecisionTrail trail = trails.begin(RequestIds.next(), "")) {
            gates.requireSelf(method, trail);
            trail.commit();
            return true;
        }
    }

    private static <T> T refresh(BoundedRefresh<T> source) {
        try {
            return source.get();
        } catch (GateRefusal | DecisionLogException e) {
            throw refused(e);
        }
    }

    private DecisionTrail trail(RpcCall<Caller> call) {
        return trails.begin(call.requestId(), call.caller().remote());
    }

    private static RpcException refused(RuntimeException e) {
        return new RpcException(String.valueOf(e.getMessage()));
    }

    private static ByteString bytes(Bytes value) {
        return ByteString.copyFrom(value.toArray());
    }
}
