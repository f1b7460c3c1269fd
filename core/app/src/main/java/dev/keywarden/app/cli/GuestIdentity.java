package dev.keywarden.app.cli;

import dev.keywarden.app.node.CryptoProviders;
import dev.keywarden.app.node.Distribution;
import dev.keywarden.attestation.AttestationEnvelope;
import dev.keywarden.attestation.EnvelopeCodec;
import dev.keywarden.attestation.RaTlsExtensions;
import dev.keywarden.attestation.ReportData;
import dev.keywarden.host.PluginHost;
import dev.keywarden.host.PluginHostSettings;
import dev.keywarden.keys.CertificateAuthority;
import dev.keywarden.keys.CertificateExtension;
import dev.keywarden.keys.CertificateProfile;
import dev.keywarden.keys.KeyMaterial;
import dev.keywarden.keys.P256Key;
import dev.keywarden.rpc.proto.GetTempCaCertResponse;
import dev.keywarden.spi.Attester;
import dev.keywarden.spi.Bytes;
import java.io.IOException;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The guest's side of attestation: a fresh key, evidence that binds it, and a client certificate with both (wire protocol,
 * section 16).
 */
final class GuestIdentity implements AutoCloseable {
    private static final String ATTESTER = "mock";

    private final PluginHost host;
    private final Attester attester;
    private final P256Key key;
    private final InstantSource clock;

    private GuestIdentity(PluginHost host, Attester attester, P256Key key, InstantSource clock) {
        this.host = host;
        this.attester = attester;
        this.key = key;
        this.clock = clock;
    }

    /**
     * Loads the attestation plugin and makes a key.
     *
     * @param settings of the plugin: whose software root, and what the machine claims to be
     * @param pluginState where the plugin keeps the seed of its root
     */
    static GuestIdentity load(Map<String, Object> settings, Path pluginState, InstantSource clock) {
        CryptoProviders.install();
        Distribution distribution = Distribution.current();
        PluginHost host = PluginHost.load(PluginHostSettings.builder(distribution.plugins(null), pluginState, clock)
                .distributionPins(distribution.pins())
                .attester(ATTESTER)
                .attestationSettings(Map.of(ATTESTER, settings))
                .build());
        Attester attester = host.attestation()
                .attester()
                .orElseThrow(() -> new CommandFailure("the plugin " + ATTESTER + " can't attest on this machine"));
        return new GuestIdentity(host, attester, P256Key.generate(new SecureRandom()), clock);
    }

    /** Evidence that binds the key. */
    AttestationEnvelope attest() {
        return EnvelopeCodec.decode(
                attester.attest(ReportData.ratlsCert(key.spki())).envelope());
    }

    /** A client certificate with the evidence, issued under the temporary CA as guests do. */
    X509Certificate certify(AttestationEnvelope evidence, GetTempCaCertResponse temp) {
        CertificateExtension extension =
                new CertificateExtension(RaTlsExtensions.ATTESTATION, EnvelopeCodec.encode(evidence.stripped()));
        try (P256Key caKey = P256Key.fromPem(temp.getTempCaKey())) {
            CertificateAuthority ca = CertificateAuthority.of(caKey, temp.getTempCaCert());
            return CertificateAuthority.parse(
                    ca.issue(CertificateProfile.raTlsClient(List.of(extension)), key.spki(), clock.instant()));
        }
    }

    /** The public key, SubjectPublicKeyInfo in DER. */
    Bytes publicKey() {
        return key.spki();
    }

    /** Signs with the key; DER. */
    byte[] sign(byte[] message) {
        return key.sign(message);
    }

    /** Writes the key to a file that only its owner may read: PEM, with the public key inside. */
    void writeKey(Path file) throws IOException {
        byte[] text;
        try (KeyMaterial pem = key.pem()) {
            text = pem.expose(byte[]::clone);
        }
        try {
            PrivateFiles.write(file, text);
        } finally {
            Arrays.fill(text, (byte) 0);
        }
    }

    PrivateKey privateKey() {
        return key.privateKey();
    }

    @Override
    public void close() {
        key.close();
        host.close();
    }
}
