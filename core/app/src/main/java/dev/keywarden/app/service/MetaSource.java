package dev.keywarden.app.service;

import com.google.protobuf.ByteString;
import dev.keywarden.app.gate.GateRefusal;
import dev.keywarden.host.AuthorizationChain;
import dev.keywarden.keys.BootstrapInfo;
import dev.keywarden.keys.StoredKeys;
import dev.keywarden.rpc.proto.BootstrapResponse;
import dev.keywarden.rpc.proto.GetMetaResponse;
import dev.keywarden.spi.AuthorityInfo;
import dev.keywarden.spi.Bytes;
import dev.keywarden.spi.PluginException;

/** Makes the answer to GetMeta: what never changes, and what the chain says of its authority just now. */
public final class MetaSource {
    private final GetMetaResponse fixed;
    private final AuthorizationChain chain;

    /** @param isDev whether the chain is the built-in authorizer that allows everything */
    public MetaSource(StoredKeys keys, AuthorizationChain chain, boolean isDev) {
        this.chain = chain;
        GetMetaResponse.Builder builder = GetMetaResponse.newBuilder()
                .setCaCert(keys.rootCaCertPem())
                .setAllowAnyUpgrade(isDev)
                .setK256Pubkey(bytes(keys.rootKeys().k256().publicKey()))
                .setIsDev(isDev);
        keys.bootstrapInfo().ifPresent(info -> builder.setBootstrapInfo(response(info)));
        this.fixed = builder.build();
    }

    /** @throws GateRefusal if an authorizer can't say where its authority comes from */
    GetMetaResponse current() {
        AuthorityInfo authority;
        try {
            authority = chain.authorityInfo();
        } catch (PluginException e) {
            throw new GateRefusal(e.getMessage(), e);
        }
        GetMetaResponse.Builder builder = fixed.toBuilder();
        if (authority.gatewayAppId() != null) {
            builder.setGatewayAppId(authority.gatewayAppId());
        }
        if (authority.kmsContractAddress() != null) {
            builder.setKmsContractAddress(authority.kmsContractAddress());
        }
        if (authority.chainId() != null) {
            builder.setChainId(authority.chainId());
        }
        if (authority.appImplementation() != null) {
            builder.setAppAuthImplementation(authority.appImplementation());
        }
        return builder.build();
    }

    /** The message form of a published bootstrap record. */
    static BootstrapResponse response(BootstrapInfo info) {
        return BootstrapResponse.newBuilder()
                .setCaPubkey(bytes(info.caPubkey()))
                .setK256Pubkey(bytes(info.k256Pubkey()))
                .setAttestation(bytes(info.attestation()))
                .build();
    }

    private static ByteString bytes(Bytes value) {
        return ByteString.copyFrom(value.toArray());
    }
}
