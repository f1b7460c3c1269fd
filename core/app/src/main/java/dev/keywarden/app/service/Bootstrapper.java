package dev.keywarden.app.service;

import dev.keywarden.app.audit.DecisionLogException;
import dev.keywarden.app.config.DomainName;
import dev.keywarden.app.gate.DecisionTrail;
import dev.keywarden.app.gate.GateRefusal;
import dev.keywarden.app.gate.Gates;
import dev.keywarden.keys.BootstrapInfo;
import dev.keywarden.keys.BootstrapReportData;
import dev.keywarden.keys.CertificateAuthority;
import dev.keywarden.keys.CertificateExtension;
import dev.keywarden.keys.CertificateProfile;
import dev.keywarden.keys.KeyDirectory;
import dev.keywarden.keys.KeyException;
import dev.keywarden.keys.NewKeys;
import dev.keywarden.keys.P256Key;
import dev.keywarden.keys.RootKeys;
import dev.keywarden.spi.Bytes;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Makes root keys, once (wire protocol, sections 3.1, 3.2 and 10.2).
 *
 * <p>The order is fixed: domain, one at a time, nothing there yet, gate, and only then keys. A second call, concurrent or
 * later, is refused without touching anything.
 */
public final class Bootstrapper {
    private final KeyDirectory directory;
    private final RootKeyState state;
    private final Gates gates;
    private final NodeCertificates certificates;
    private final boolean attestKeys;
    private final SecureRandom random;
    private final InstantSource clock;

    /**
     * @param attestKeys whether the published record carries evidence about the new keys
     * @param random the one source of the root keys
     * @param clock for the certificates' dates
     */
    public Bootstrapper(
            KeyDirectory directory,
            RootKeyState state,
            Gates gates,
            NodeCertificates certificates,
            boolean attestKeys,
            SecureRandom random,
            InstantSource clock) {
        this.directory = directory;
        this.state = state;
        this.gates = gates;
        this.certificates = certificates;
        this.attestKeys = attestKeys;
        this.random = random;
        this.clock = clock;
    }

    /**
     * Bootstraps this node.
     *
     * @param domain the name the node's certificate is made for
     * @param context what a refusal of the gate is prefixed with, for example {@code KMS is not allowed to bootstrap}
     * @param trail takes the gate's decision, and is committed before the first key is made
     * @return the public record of the new keys
     * @throws IllegalArgumentException if the domain is not a DNS name
     * @throws GateRefusal if there are keys already, the gate stays shut, or this machine can't attest
     */
    public BootstrapInfo bootstrap(String domain, String context, DecisionTrail trail) {
        DomainName.require(domain);
        return state.acquire(RootKeyState.Phase.BOOTSTRAPPING, "KMS has already been bootstrapped", () -> {
            try {
                gates.requireBootstrap("Bootstrap", trail);
                trail.commit();
            } catch (GateRefusal e) {
                throw e.within(context);
            } catch (DecisionLogException e) {
                throw new GateRefusal(context + ": " + e.getMessage(), e);
            }
            return makeKeys(domain);
        });
    }

    private BootstrapInfo makeKeys(String domain) {
        Instant now = clock.instant();
        try (RootKeys roots = RootKeys.generate(random);
                P256Key rpcKey = P256Key.generate(random)) {
            Bytes caPubkey = roots.rootCa().spki();
            Bytes k256Pubkey = roots.k256().publicKey();
            String rootCert = CertificateAuthority.selfSigned(roots.rootCa(), CertificateProfile.rootCa(), now);
            CertificateAuthority ca = CertificateAuthority.of(roots.rootCa(), rootCert);
            List<CertificateExtension> extensions = certificates.rpcExtensions(rpcKey);
            Bytes attestation =
                    attestKeys ? certificates.evidenceFor(BootstrapReportData.of(caPubkey, k256Pubkey)) : Bytes.EMPTY;
            BootstrapInfo info = new BootstrapInfo(caPubkey, k256Pubkey, attestation);
            directory.store(new NewKeys(
                    roots,
                    rpcKey,
                    rootCert,
                    CertificateAuthority.selfSigned(roots.tempCa(), CertificateProfile.tempCa(), now),
                    ca.issue(CertificateProfile.rpc(domain, extensions), rpcKey.spki(), now),
                    domain,
                    Optional.of(info)));
            return info;
        } catch (GateRefusal e) {
            throw e.within("Failed to generate keys");
        } catch (KeyException e) {
            throw new GateRefusal("Failed to generate keys: " + e.getMessage(), e);
        }
    }
}
