package dev.keywarden.app.node;

import dev.keywarden.app.admin.ImageCache;
import dev.keywarden.app.audit.CurrentLog;
import dev.keywarden.app.audit.DecisionLog;
import dev.keywarden.app.audit.DecisionLogFile;
import dev.keywarden.app.audit.ShadowJournal;
import dev.keywarden.app.config.ConfigurationException;
import dev.keywarden.app.config.KmsConfiguration;
import dev.keywarden.app.config.NodeSettings;
import dev.keywarden.app.gate.CertificateEvidence;
import dev.keywarden.app.gate.EvidenceVerifier;
import dev.keywarden.app.gate.Gates;
import dev.keywarden.app.gate.SelfIdentity;
import dev.keywarden.app.metrics.NodeMetrics;
import dev.keywarden.app.service.NodeCertificates;
import dev.keywarden.host.PluginGenerations;
import dev.keywarden.keys.KeyDirectory;
import dev.keywarden.server.KeywardenServer;
import dev.keywarden.spi.Bytes;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.function.Supplier;

/**
 * What a node is made of, whatever mode it is in.
 *
 * @param settings what the operator wants
 * @param events what the operator is told
 * @param clock for decisions, certificates and records
 * @param random for new keys
 * @param generations the plugins
 * @param directory where the keys lie
 * @param server where listeners are opened
 * @param self who this node is
 * @param verifier of everybody's evidence
 * @param certificateEvidence of peers, from the certificates they show
 * @param gates who may have what
 * @param certificates how this node's own evidence gets into its certificates
 * @param metrics what is counted
 * @param images the cache of OS images
 * @param records the log that is open
 * @param shadows what authorizers without a say said
 */
record NodeParts(
        NodeSettings settings,
        NodeEvents events,
        InstantSource clock,
        SecureRandom random,
        PluginGenerations generations,
        KeyDirectory directory,
        KeywardenServer server,
        SelfIdentity self,
        EvidenceVerifier verifier,
        CertificateEvidence certificateEvidence,
        Gates gates,
        NodeCertificates certificates,
        NodeMetrics metrics,
        ImageCache images,
        CurrentLog records,
        ShadowJournal shadows) {
    private static final int LOG_ID_BYTES = 8;

    /** Puts together what depends on the plugins, the directory and the server. */
    static NodeParts of(
            NodeSettings settings,
            NodeEvents events,
            InstantSource clock,
            SecureRandom random,
            PluginGenerations generations,
            KeyDirectory directory,
            KeywardenServer server,
            NodeMetrics metrics,
            CurrentLog records,
            ShadowJournal shadows) {
        EvidenceVerifier verifier = new EvidenceVerifier(generations::lease, clock);
        SelfIdentity self = new SelfIdentity(generations, verifier);
        KmsConfiguration.Core core = settings.configuration().core();
        Gates.GatePolicy policy = new Gates.GatePolicy(
                settings.quoteEnabled() && core.enforceSelfAuthorization(),
                peers(core.onboard()),
                core.image().verify());
        return new NodeParts(
                settings,
                events,
                clock,
                random,
                generations,
                directory,
                server,
                self,
                verifier,
                new CertificateEvidence(verifier),
                new Gates(policy, self, verifier, clock),
                new NodeCertificates(self, generations, settings.quoteEnabled() && core.attestRpcCert()),
                metrics,
                new ImageCache(core.image().cacheDir()),
                records,
                shadows);
    }

    private static Gates.Peers peers(KmsConfiguration.Onboard onboard) {
        if (onboard.quoteEnabled()) {
            return Gates.Peers.ATTESTED;
        }
        return onboard.insecureAllowUnattestedHandover() ? Gates.Peers.UNATTESTED : Gates.Peers.UNATTESTED_SOURCE;
    }

    /** What changes the plugins of this node while it runs. */
    Reloader reloader(Supplier<NodeSettings> source, Distribution distribution) {
        GenerationTrial trial = new GenerationTrial(settings.quoteEnabled(), self, verifier, clock);
        return new Reloader(settings, source, distribution, metrics, generations, trial, events, clock, random);
    }

    private String newLogId() {
        byte[] id = new byte[LOG_ID_BYTES];
        random.nextBytes(id);
        return Bytes.of(id).toHex();
    }

    /** Opens the records of a node. */
    DecisionLog openLog(String nodeId) {
        if (!settings.configuration().core().audit().enabled()) {
            return records.opened(DecisionLog.none());
        }
        try {
            return records.opened(new AnnouncedDecisions(
                    DecisionLogFile.open(settings.audit(), nodeId, this::newLogId, clock), events));
        } catch (IOException e) {
            throw new ConfigurationException(settings.auditFile() + ": decisions can't be recorded there ("
                    + e.getMessage() + "), so this node would have to refuse everything. Set core.audit.file to a file"
                    + " this process may write");
        }
    }
}
