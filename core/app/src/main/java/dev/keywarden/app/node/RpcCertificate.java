package dev.keywarden.app.node;

import dev.keywarden.app.gate.GateRefusal;
import dev.keywarden.app.service.NodeCertificates;
import dev.keywarden.host.PluginGenerations;
import dev.keywarden.keys.CertificateAuthority;
import dev.keywarden.keys.CertificateProfile;
import dev.keywarden.keys.KeyDirectory;
import dev.keywarden.keys.KeyException;
import dev.keywarden.keys.StoredKeys;
import dev.keywarden.server.TlsIdentity;
import dev.keywarden.server.TlsListener;
import dev.keywarden.spi.PluginException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The certificate that this node shows, with evidence that is never old (wire protocol, section 9, and section 14, defects 12
 * and 40).
 *
 * <p>It is made anew at each start, which fails if it can't be; and again while the node runs, for connections made from then
 * on. If that fails, the node goes on with the one it has, warns, and tries again soon.
 */
final class RpcCertificate {
    private static final Duration LOOK = Duration.ofMillis(250);
    private static final Duration LONGEST_RETRY = Duration.ofMinutes(5);

    private final KeyDirectory directory;
    private final StoredKeys keys;
    private final NodeCertificates certificates;
    private final PluginGenerations generations;
    private final NodeEvents events;
    private final InstantSource clock;

    RpcCertificate(
            KeyDirectory directory,
            StoredKeys keys,
            NodeCertificates certificates,
            PluginGenerations generations,
            NodeEvents events,
            InstantSource clock) {
        this.directory = directory;
        this.keys = keys;
        this.certificates = certificates;
        this.generations = generations;
        this.events = events;
        this.clock = clock;
    }

    /** @throws GateRefusal if this machine can't attest */
    TlsIdentity issue() {
        try {
            CertificateAuthority ca = CertificateAuthority.of(keys.rootKeys().rootCa(), keys.rootCaCertPem());
            String pem = ca.issue(
                    CertificateProfile.rpc(keys.domain(), certificates.rpcExtensions(keys.rpcKey())),
                    keys.rpcKey().spki(),
                    clock.instant());
            directory.writeRpcCertificate(pem);
            return new TlsIdentity(
                    List.of(CertificateAuthority.parse(pem)), keys.rpcKey().privateKey());
        } catch (GateRefusal e) {
            throw e.within("Failed to update certs");
        }
    }

    /**
     * Renews the certificate of a listener until the node is to stop: when it is due, and when other plugins decide than those
     * it names.
     *
     * @param interval between a success and the next attempt
     */
    void renewUntil(CountDownLatch stop, TlsListener listener, Duration interval) throws InterruptedException {
        Duration wait = interval;
        long named = generations.number();
        long start = System.nanoTime();
        while (!stop.await(Math.min(LOOK.toMillis(), wait.toMillis()), TimeUnit.MILLISECONDS)) {
            long current = generations.number();
            if (current != named || System.nanoTime() - start >= wait.toNanos()) {
                wait = renewed(listener) || interval.compareTo(LONGEST_RETRY) < 0 ? interval : LONGEST_RETRY;
                named = current;
                start = System.nanoTime();
            }
        }
    }

    private boolean renewed(TlsListener listener) {
        try {
            listener.replaceCertificate(issue());
            return true;
        } catch (GateRefusal | KeyException | PluginException | IllegalArgumentException e) {
            events.warning(
                    "the certificate could not be attested anew, so the old one is shown for now: " + e.getMessage());
            return false;
        }
    }
}
