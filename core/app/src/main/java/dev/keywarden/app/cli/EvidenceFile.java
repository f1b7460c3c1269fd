package dev.keywarden.app.cli;

import dev.keywarden.app.config.ConfigurationFiles;
import dev.keywarden.app.config.NodeSettings;
import dev.keywarden.app.gate.CertificateEvidence;
import dev.keywarden.app.gate.EvidenceVerifier;
import dev.keywarden.app.gate.VerifiedEvidence;
import dev.keywarden.app.node.CryptoProviders;
import dev.keywarden.app.node.Distribution;
import dev.keywarden.app.node.HostSettings;
import dev.keywarden.app.node.LogSetup;
import dev.keywarden.app.policy.PolicyQuestion;
import dev.keywarden.app.policy.QuestionFiles;
import dev.keywarden.attestation.AttestationRejected;
import dev.keywarden.attestation.EnvelopeCodec;
import dev.keywarden.attestation.EnvelopeException;
import dev.keywarden.attestation.MeasurementPoint;
import dev.keywarden.host.PluginGenerations;
import dev.keywarden.host.PluginHost;
import dev.keywarden.keys.CertificateAuthority;
import dev.keywarden.spi.Bytes;
import dev.keywarden.spi.PluginException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** Verifies evidence from a file as a node with the same configuration would, and asks about the machine that it proves. */
final class EvidenceFile {
    private static final String PEM = "-----BEGIN CERTIFICATE-----";
    private static final Pattern HEX = Pattern.compile("(0x)?[0-9a-fA-F\\s]+");

    private final Path configuration;

    EvidenceFile(Path configuration) {
        this.configuration = configuration;
    }

    PolicyQuestion question(Path file, QuestionFiles.Circumstances circumstances) {
        LogSetup.install("error");
        CryptoProviders.install();
        NodeSettings settings =
                NodeSettings.from(ConfigurationFiles.standard(Path.of("")).read(configuration));
        Distribution distribution = Distribution.current();
        InstantSource clock = InstantSource.fixed(circumstances.time());
        try (PluginHost host = PluginHost.load(HostSettings.verifying(settings, distribution, clock))) {
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

    /**
     * Verifies what is in a file: an envelope as bytes or in hex, or a certificate in PEM that carries one.
     *
     * @throws CommandFailure if there is none, or it does not hold
     */
    static VerifiedEvidence verify(Path file, EvidenceVerifier verifier) {
        try {
            byte[] bytes = Files.readAllBytes(file);
            String text = new String(bytes, StandardCharsets.ISO_8859_1).strip();
            // An envelope holds certificates too, those of the platform, but is no text.
            if (text.contains(PEM) && text.chars().allMatch(EvidenceFile::isText)) {
                return new CertificateEvidence(verifier)
                        .of(CertificateAuthority.parse(text))
                        .orElseThrow(() -> new CommandFailure(file + ": the certificate carries no evidence"));
            }
            byte[] envelope = HEX.matcher(text).matches()
                    ? HexFormat.of().parseHex(text.replaceFirst("^0x", "").replaceAll("\\s", ""))
                    : bytes;
            return verifier.verify(EnvelopeCodec.decode(Bytes.of(envelope)));
        } catch (IOException | EnvelopeException | IllegalArgumentException e) {
            throw new CommandFailure(file + ": no evidence can be read from it (" + e.getMessage() + ")", e);
        } catch (AttestationRejected | PluginException e) {
            throw new CommandFailure(file + ": the evidence does not hold: " + e.getMessage(), e);
        }
    }

    private static boolean isText(int character) {
        return (character >= ' ' && character < 0x7f) || Character.isWhitespace(character);
    }
}
