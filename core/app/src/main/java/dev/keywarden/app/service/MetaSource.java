package dev.keywarden.app.service;

import com.google.protobuf.ByteString;
import dev.keywarden.app.config.NodeSettings;
import dev.keywarden.app.gate.GateRefusal;
import dev.keywarden.host.AuthorizationChain;
import dev.keywarden.host.PluginGenerations;
import dev.keywarden.keys.BootstrapInfo;
import dev.keywarden.keys.StoredKeys;
import dev.keywarden.rpc.proto.BootstrapResponse;
import dev.keywarden.rpc.proto.GetMetaResponse;
import dev.keywarden.spi.AuthorityInfo;
import dev.keywarden.spi.Bytes;
import dev.keywarden.spi.PluginException;
import java.util.List;

/** Makes the answer to GetMeta: what never changes, and what the chain says of its authority just now. */
public final class MetaSource {
    private final GetMetaResponse fixed;
    private final PluginGenerations generations;

    public MetaSource(StoredKeys keys, PluginGenerations generations) {
        this.generations = generations;
        GetMetaResponse.Builder builder = GetMetaResponse.newBuilder()
                .setCaCert(keys.rootCaCertPem())
                .setK256Pubkey(bytes(keys.rootKeys().k256().publicKey()));
        keys.bootstrapInfo().ifPresent(info -> builder.setBootstrapInfo(response(info)));
        this.fixed = builder.build();
    }

    /** @throws GateRefusal if an authorizer can't say where its authority comes from */
    GetMetaResponse current() {
        GetMetaResponse.Builder builder = fixed.toBuilder();
        try (PluginGenerations.Lease plugins = generations.lease()) {
            AuthorizationChain chain = plugins.host().chain();
            boolean isDev = chain.authorizers().equals(List.of(NodeSettings.DEV_AUTHORIZER));
            addAuthority(builder, chain.authorityInfo());
            return builder.setIsDev(isDev)
                    .setAllowAnyUpgrade(isDev)
                    .setPluginSet(plugins.host().pluginSetDigest())
                    .build();
        } catch (PluginException e) {
            throw new GateRefusal(e.getMessage(), e);
        }
    }

    private static void addAuthority(GetMetaResponse.Builder builder, AuthorityInfo authority) {
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
