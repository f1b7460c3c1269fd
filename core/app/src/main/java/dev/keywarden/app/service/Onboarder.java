package dev.keywarden.app.service;

import dev.keywarden.app.audit.DecisionLogException;
import dev.keywarden.app.config.DomainName;
import dev.keywarden.app.gate.CertificateEvidence;
import dev.keywarden.app.gate.DecisionTrail;
import dev.keywarden.app.gate.GateRefusal;
import dev.keywarden.app.gate.Gates;
import dev.keywarden.app.gate.SelfIdentity;
import dev.keywarden.app.gate.VerifiedEvidence;
import dev.keywarden.attestation.AttestationEnvelope;
import dev.keywarden.attestation.EnvelopeCodec;
import dev.keywarden.attestation.RaTlsExtensions;
import dev.keywarden.attestation.ReportData;
import dev.keywarden.keys.CertificateAuthority;
import dev.keywarden.keys.CertificateExtension;
import dev.keywarden.keys.CertificateProfile;
import dev.keywarden.keys.KeyDirectory;
import dev.keywarden.keys.KeyException;
import dev.keywarden.keys.NewKeys;
import dev.keywarden.keys.P256Key;
import dev.keywarden.keys.RootKeys;
import dev.keywarden.rpc.proto.GetTempCaCertResponse;
import dev.keywarden.spi.Bytes;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Takes root keys over from another KMS, once (wire protocol, sections 3.4 and 10.3).
 *
 * <p>The order is fixed: domain, nothing there yet, the source's evidence, the onboard gate, and only then a request for keys.
 * Nothing is stored until everything that the source sent fits together.
 */
public final class Onboarder {
    private static final String CONTEXT = "Failed to onboard";

    private final KeyDirectory directory;
    private final RootKeyState state;
    private final Gates gates;
    private final SelfIdentity self;
    private final CertificateEvidence evidence;
    private final NodeCertificates certificates;
    private final Duration sourceTimeout;
    private final SecureRandom random;
    private final InstantSource clock;

    /**
     * @param evidence verifies what the source's certificate carries
     * @param sourceTimeout for each call to a source
     * @param random for keys of this node alone
     * @param clock for the certificates' dates
     */
    public Onboarder(
            KeyDirectory directory,
            RootKeyState state,
            Gates gates,
            SelfIdentity self,
            CertificateEvidence evidence,
            NodeCertificates certificates,
            Duration sourceTimeout,
            SecureRandom random,
            InstantSource clock) {
        this.directory = directory;
        this.state = state;
        this.gates = gates;
        this.self = self;
        this.evidence = evidence;
        this.certificates = certificates;
        this.sourceTimeout = sourceTimeout;
        this.random = random;
        this.clock = clock;
    }

    /**
     * Takes the root keys of the KMS at an address.
     *
     * @param url an {@code https} address, with or without {@code /prpc}
     * @param domain the name this node's certificate is made for
     * @param trail takes the gate's decision, and is committed before keys are asked for
     * @return the k256 root key's public key, 33 bytes
     * @throws IllegalArgumentException if the domain is not a DNS name
     * @throws GateRefusal if there are keys already, the source is not allowed or does not hand them over, or they don't fit
     */
    public Bytes onboard(String url, String domain, DecisionTrail trail) {
        DomainName.require(domain);
        return state.acquire(RootKeyState.Phase.ONBOARDING, "KMS has already been onboarded", () -> {
            try {
                return takeOver(url, domain, trail);
            } catch (GateRefusal e) {
                throw e.within(CONTEXT);
            } catch (DecisionLogException | KeyException e) {
                throw new GateRefusal(CONTEXT + ": " + e.getMessage(), e);
            }
        });
    }

    private Bytes takeOver(String url, String domain, DecisionTrail trail) {
        SourceKms source = SourceKms.meet(url, sourceTimeout);
        if (!gates.attestsSources()) {
            return store(source.takeOver(Optional.empty(), ""), domain);
        }
        requireSource(source, trail);
        try (P256Key key = P256Key.generate(random)) {
            AttestationEnvelope envelope = self.attest(ReportData.ratlsCert(key.spki()));
            SourceKms.Identity identity =
                    new SourceKms.Identity(certify(key, envelope, source.temporaryCa()), key.privateKey());
            return store(source.takeOver(Optional.of(identity), envelope.config()), domain);
        }
    }

    private void requireSource(SourceKms source, DecisionTrail trail) {
        VerifiedEvidence verified;
        try {
            verified = evidence.of(source.certificate())
                    .orElseThrow(() -> new GateRefusal("Source KMS certificate does not contain attestation"));
        } catch (GateRefusal e) {
            throw gates.sourceNotAttested("Onboard", e.within("Failed to validate attestation"), trail);
        }
        try {
            gates.requireSource("Onboard", verified, trail);
        } catch (GateRefusal e) {
            throw e.within("Source KMS is not allowed for onboarding");
        }
        trail.commit();
    }

    private X509Certificate certify(P256Key key, AttestationEnvelope envelope, GetTempCaCertResponse temporaryCa) {
        CertificateExtension extension =
                new CertificateExtension(RaTlsExtensions.ATTESTATION, EnvelopeCodec.encode(envelope.stripped()));
        try (P256Key caKey = P256Key.fromPem(temporaryCa.getTempCaKey())) {
            CertificateAuthority ca = CertificateAuthority.of(caKey, temporaryCa.getTempCaCert());
            return CertificateAuthority.parse(
                    ca.issue(CertificateProfile.raTlsClient(List.of(extension)), key.spki(), clock.instant()));
        }
    }

    private Bytes store(SourceKms.TakenOver taken, String domain) {
        Instant now = clock.instant();
        try (RootKeys roots = taken.roots();
                P256Key rpcKey = P256Key.generate(random)) {
            CertificateAuthority ca = CertificateAuthority.of(roots.rootCa(), taken.rootCaCertPem());
            directory.store(new NewKeys(
                    roots,
                    rpcKey,
                    taken.rootCaCertPem(),
                    CertificateAuthority.selfSigned(roots.tempCa(), CertificateProfile.tempCa(), now),
                    ca.issue(CertificateProfile.rpc(domain, certificates.rpcExtensions(rpcKey)), rpcKey.spki(), now),
                    domain,
                    Optional.empty()));
            return roots.k256().publicKey();
        } catch (KeyException e) {
            throw new GateRefusal("Failed to store keys: " + e.getMessage(), e);
        }
    }
}
