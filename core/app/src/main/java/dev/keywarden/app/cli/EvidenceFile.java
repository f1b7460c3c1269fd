package dev.keywarden.app.cli;

import dev.keywarden.app.config.ConfigurationFiles;
import dev.keywarden.app.config.NodeSettings;
import dev.keywarden.app.gate.CertificateEvidence;
import dev.keywarden.app.gate.EvidenceVerifier;
import dev.keywarden.app.gate.VerifiedEvidence;
import dev.keywarden.app.node.CryptoProviders;
import dev.keywarden.app.node.Distribution;
import dev.keywarden.app.policy.PolicyQuestion;
import dev.keywarden.app.policy.QuestionFiles;
import dev.keywarden.attestation.EnvelopeCodec;
import dev.keywarden.attestation.EnvelopeException;
import dev.keywarden.attestation.MeasurementPoint;
import dev.keywarden.host.PluginGenerations;
import dev.keywarden.host.PluginHost;
import dev.keywarden.host.PluginHostSettings;
import dev.keywarden.keys.CertificateAuthority;
import dev.keywarden.spi.Bytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;

/** Verifies evidence from a file as a node with the same configuration would, and asks about the machine that it proves. */
final class EvidenceFile {
    private static final String PEM = "-----BEGIN CERTIFICATE-----";

    private final Path configuration;

    EvidenceFile(Path configuration) {
        this.configuration = configuration;
    }

    PolicyQuestion question(Path file, QuestionFiles.Circumstances circumstances) {
        CryptoProviders.install();
        NodeSettings settings =
                NodeSettings.from(ConfigurationFiles.standard(Path.of("")).read(configuration));
        Distribution distribution = Distribution.current();
        InstantSource clock = InstantSource.fixed(circumstances.time());
        var core = settings.configuration().core();
        try (PluginHost host = PluginHost.load(
                PluginHostSettings.builder(distribution.plugins(core.plugins().dir()), settings.pluginState(), clock)
                        .pins(settings.pins())
                        .distributionPins(distribution.pins())
                        .accept(core.attestation().accept())
                        .attestationTimeout(core.attestation().timeout())
                        .attestationSettings(settings.attestationSettings())
                        .build())) {
            return question(host, file, circumstances);
        }
    }

    /** The same by plugins that are loaded already. */
    static PolicyQuestion question(PluginHost host, Path file, QuestionFiles.Circumstances circumstances) {
        VerifiedEvidence evidence = verify(
                file,
                new EvidenceVerifier(
                        () -> PluginGenerations.Lease.on(host), InstantSource.fixed(circumstances.time())));
        return circumstances.about(
                evidence.machine().bootInfo("", MeasurementPoint.RUNTIME),
                evidence.verifier(),
                evidence.machine().attestation().claims());
    }

    /** An envelope has certificates in it too, but does not begin with text. */
    private static boolean isCertificate(String text) {
        int at = text.indexOf(PEM);
        return at >= 0 && text.substring(0, at).chars().allMatch(c -> c == '\n' || c == '\r' || (c >= ' ' && c <= '~'));
    }

    private static VerifiedEvidence verify(Path file, EvidenceVerifier verifier) {
        try {
            byte[] bytes = Files.readAllBytes(file);
            String text = new String(bytes, StandardCharsets.ISO_8859_1);
            if (isCertificate(text)) {
                return new CertificateEvidence(verifier)
                        .of(CertificateAuthority.parse(text))
                        .orElseThrow(() -> new CommandFailure(file + ": the certificate carries no evidence"));
            }
            return verifier.verify(EnvelopeCodec.decode(Bytes.of(bytes)));
        } catch (IOException e) {
            throw new CommandFailure(file + ": can't be read (" + e + ")", e);
        } catch (EnvelopeException e) {
            throw new CommandFailure(file + ": no evidence: " + e.getMessage(), e);
        }
    }
}
