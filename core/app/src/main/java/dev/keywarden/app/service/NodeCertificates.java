package dev.keywarden.app.service;

import dev.keywarden.app.gate.SelfIdentity;
import dev.keywarden.attestation.AttestationEnvelope;
import dev.keywarden.attestation.EnvelopeCodec;
import dev.keywarden.attestation.RaTlsExtensions;
import dev.keywarden.attestation.ReportData;
import dev.keywarden.host.PluginGenerations;
import dev.keywarden.keys.CertificateExtension;
import dev.keywarden.keys.P256Key;
import dev.keywarden.spi.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The extensions of this node's own certificate: what it is for, and the evidence that binds its key. */
public final class NodeCertificates {
    private static final String KMS_RPC_USAGE = "kms:rpc";

    private final SelfIdentity self;
    private final PluginGenerations generations;
    private final boolean attested;

    /**
     * For this node.
     *
     * @param generations whose digest the certificates show
     * @param attested whether the RPC certificate carries evidence
     */
    public NodeCertificates(SelfIdentity self, PluginGenerations generations, boolean attested) {
        this.self = self;
        this.generations = generations;
        this.attested = attested;
    }

    /**
     * Extensions for the RPC certificate (wire protocol, section 7.7), with fresh evidence.
     *
     * @throws dev.keywarden.app.gate.GateRefusal if this machine can't attest
     */
    public List<CertificateExtension> rpcExtensions(P256Key rpcKey) {
        List<CertificateExtension> extensions = new ArrayList<>();
        extensions.add(new CertificateExtension(
                RaTlsExtensions.SPECIAL_USAGE, Bytes.of(KMS_RPC_USAGE.getBytes(StandardCharsets.US_ASCII))));
        try (PluginGenerations.Lease plugins = generations.lease()) {
            extensions.add(new CertificateExtension(
                    RaTlsExtensions.PLUGIN_SET, Bytes.fromHex(plugins.host().pluginSetDigest())));
        }
        if (attested) {
            AttestationEnvelope envelope =
                    self.attest(ReportData.ratlsCert(rpcKey.spki())).stripped();
            extensions.add(new CertificateExtension(RaTlsExtensions.ATTESTATION, EnvelopeCodec.encode(envelope)));
        }
        return extensions;
    }

    /**
     * Full evidence over report data, for the published record of new root keys.
     *
     * @throws dev.keywarden.app.gate.GateRefusal if this machine can't attest
     */
    public Bytes evidenceFor(Bytes reportData) {
        return EnvelopeCodec.encode(self.attest(reportData));
    }
}
