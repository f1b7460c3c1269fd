package dev.keywarden.app.service;

import com.google.protobuf.ByteString;
import dev.keywarden.app.gate.GateRefusal;
import dev.keywarden.app.gate.SelfIdentity;
import dev.keywarden.host.PluginGenerations;
import dev.keywarden.rpc.proto.AttestationInfoResponse;
import dev.keywarden.spi.AuthorityInfo;
import dev.keywarden.spi.BootInfo;
import dev.keywarden.spi.Bytes;
import dev.keywarden.spi.PluginException;

/** What governance must allow before this node may have root keys (wire protocol, section 10.5). */
public final class AttestationInfo {
    private final SelfIdentity self;
    private final PluginGenerations generations;
    private final String siteName;

    /** @param siteName how the operator calls this place */
    public AttestationInfo(SelfIdentity self, PluginGenerations generations, String siteName) {
        this.self = self;
        this.generations = generations;
        this.siteName = siteName;
    }

    /** @throws GateRefusal if this machine can't attest, or its evidence does not verify */
    AttestationInfoResponse current() {
        SelfIdentity.Own own = self.fresh();
        BootInfo bootInfo = own.bootInfo();
        return AttestationInfoResponse.newBuilder()
                .setDeviceId(bytes(bootInfo.deviceId()))
                .setMrAggregated(bytes(bootInfo.mrAggregated()))
                .setOsImageHash(bytes(bootInfo.osImageHash()))
                .setAttestationMode(bootInfo.attestationMode())
                .setSiteName(siteName)
                .setKmsContractAddress(contractAddress())
                .setPpid(bytes(own.evidence().machine().attestation().platformId()))
                .build();
    }

    /** Nice to have on the page; that the authority can't be asked right now must not hide the measurements. */
    private String contractAddress() {
        try (PluginGenerations.Lease plugins = generations.lease()) {
            AuthorityInfo authority = plugins.host().chain().authorityInfo();
            return authority.kmsContractAddress() == null ? "" : authority.kmsContractAddress();
        } catch (PluginException e) {
            return "";
        }
    }

    private static ByteString bytes(Bytes value) {
        return ByteString.copyFrom(value.toArray());
    }
}
