package dev.keywarden.app.service;

import dev.keywarden.app.audit.DecisionLogException;
import dev.keywarden.app.gate.BoundedRefresh;
import dev.keywarden.app.gate.Caller;
import dev.keywarden.app.gate.DecisionTrail;
import dev.keywarden.app.gate.DecisionTrails;
import dev.keywarden.app.gate.EvidenceVerifier;
import dev.keywarden.app.gate.GateRefusal;
import dev.keywarden.app.gate.Gates;
import dev.keywarden.app.gate.VerifiedEvidence;
import dev.keywarden.attestation.AttestationEnvelope;
import dev.keywarden.attestation.AttestationRejected;
import dev.keywarden.attestation.EnvelopeException;
import dev.keywarden.attestation.MeasurementPoint;
import dev.keywarden.attestation.SigningRequest;
import dev.keywarden.attestation.SigningRequestCodec;
import dev.keywarden.keys.AppAuthorities;
import dev.keywarden.keys.CertificateAuthority;
import dev.keywarden.keys.KeyDerivation;
import dev.keywarden.keys.KeyException;
import dev.keywarden.keys.RequestSignature;
import dev.keywarden.keys.StoredKeys;
import dev.keywarden.rpc.RpcCall;
import dev.keywarden.rpc.RpcException;
import dev.keywarden.rpc.proto.SignCertRequest;
import dev.keywarden.rpc.proto.SignCertResponse;
import dev.keywarden.spi.BootInfo;
import dev.keywarden.spi.PluginException;
import dev.keywarden.spi.Subject;
import java.time.InstantSource;

/**
 * Certificates for applications (wire protocol, sections 2.3 and 7.8).
 *
 * <p>Whoever holds a key asks with a request signed by it, in which evidence binds that key to a machine. The evidence in
 * the request decides; the client certificate of the connection plays no role.
 */
public final class SignCertService {
    private static final String METHOD = "SignCert";

    private final Gates gates;
    private final EvidenceVerifier verifier;
    private final DecisionTrails trails;
    private final AppAuthorities authorities;
    private final StoredKeys keys;
    private final InstantSource clock;
    private final BoundedRefresh<Boolean> selfForBadRequests;

    /** A request whose signature holds and whose certificate could be issued, by whoever that is. */
    private record Asked(SigningRequest request, AttestationEnvelope evidence) {}

    /**
     * @param gates the RPC gates
     * @param verifier of the evidence in requests
     * @param trails where decisions begin
     * @param keys the node's keys and certificates, owned by the caller
     * @param derivation over the same keys
     * @param clock for the times in certificates
     */
    public SignCertService(
            Gates gates,
            EvidenceVerifier verifier,
            DecisionTrails trails,
            StoredKeys keys,
            KeyDerivation derivation,
            InstantSource clock) {
        this.gates = gates;
        this.verifier = verifier;
        this.trails = trails;
        this.keys = keys;
        this.clock = clock;
        this.authorities = new AppAuthorities(
                derivation,
                CertificateAuthority.of(keys.rootKeys().rootCa(), keys.rootCaCertPem()),
                AppLeaf::authority);
        this.selfForBadRequests = new BoundedRefresh<>(
                () -> {
                    try (DecisionTrail trail = trails.begin(RequestIds.next(), "")) {
                        gates.requireSelf(METHOD, trail);
                        trail.commit();
                        return true;
                    }
                },
                clock);
    }

    SignCertResponse signCert(SignCertRequest request, RpcCall<Caller> call) {
        try (DecisionTrail trail = trails.begin(call.requestId(), call.caller().remote())) {
            Asked asked = understood(request);
            gates.requireSelf(METHOD, trail);
            BootInfo who = admitted(asked, request.getVmConfig(), trail);
            SignCertResponse response = issue(asked, who);
            trail.commit();
            return response;
        } catch (GateRefusal | DecisionLogException e) {
            throw new RpcException(String.valueOf(e.getMessage()));
        }
    }

    /**
     * Reads a request and everything that can be said of it without asking anybody. The protocol has the check of this node
     * first, and callers see it first; but anyone can send a bad request, so that check is bounded (design, section 6).
     */
    private Asked understood(SignCertRequest request) {
        try {
            SigningRequest decoded = decode(request);
            requireSigned(decoded, request);
            AttestationEnvelope evidence = evidence(decoded);
            requireAcceptable(decoded);
            return new Asked(decoded, evidence);
        } catch (RpcException e) {
            selfForBadRequests.get();
            throw e;
        }
    }

    private static SigningRequest decode(SignCertRequest request) {
        int version = request.getApiVersion();
        if (version != 1 && version != 2) {
            throw new RpcException("Unsupported API version: " + Integer.toUnsignedString(version));
        }
        byte[] bytes = request.getCsr().toByteArray();
        try {
            return version == 1 ? SigningRequestCodec.decodeV1(bytes) : SigningRequestCodec.decodeV2(bytes);
        } catch (EnvelopeException e) {
            throw new RpcException("Failed to parse csr: " + e.getMessage());
        }
    }

    private static void requireSigned(SigningRequest decoded, SignCertRequest request) {
        String context = "Failed to verify csr signature: ";
        try {
            RequestSignature.require(
                    decoded.publicKey(),
                    request.getCsr().toByteArray(),
                    request.getSignature().toByteArray());
        } catch (KeyException e) {
            throw new RpcException(context + e.getMessage());
        }
        if (!decoded.confirm().equals(SigningRequest.CONFIRM)) {
            throw new RpcException(context + "Invalid confirm word");
        }
    }

    private static AttestationEnvelope evidence(SigningRequest decoded) {
        try {
            return decoded.evidence();
        } catch (EnvelopeException e) {
            throw new RpcException("Failed to upgrade csr v1 to v2: " + e.getMessage());
        }
    }

    private void requireAcceptable(SigningRequest decoded) {
        try {
            AppLeaf.requireAcceptable(decoded.wanted(), keys.domain());
        } catch (KeyException e) {
            throw cannotSign(e);
        }
    }

    /**
     * The chain is asked about the machine as it was when the application asked for its keys, so that one entry allows both.
     *
     * @return the machine as it is now, which is what the certificate says
     */
    private BootInfo admitted(Asked asked, String vmConfig, DecisionTrail trail) {
        VerifiedEvidence evidence;
        try {
            evidence = verifier.verifyFor(asked.request().publicKey(), asked.evidence());
        } catch (AttestationRejected | PluginException e) {
            throw gates.refuseCaller(METHOD, Subject.APP, "Quote verification failed: " + e.getMessage(), trail);
        }
        gates.requireCaller(METHOD, Subject.APP, evidence, vmConfig, MeasurementPoint.BOOT, trail);
        return evidence.machine().bootInfo(vmConfig, MeasurementPoint.RUNTIME);
    }

    private SignCertResponse issue(Asked asked, BootInfo who) {
        try {
            return SignCertResponse.newBuilder()
                    .addAllCertificateChain(authorities.issue(
                            who.appId(),
                            AppLeaf.profile(asked.request(), who),
                            asked.request().publicKey(),
                            clock.instant()))
                    .addCertificateChain(keys.rootCaCertPem())
                    .build();
        } catch (KeyException e) {
            throw cannotSign(e);
        }
    }

    private static RpcException cannotSign(KeyException e) {
        return new RpcException("Failed to sign certificate: " + e.getMessage());
    }
}
