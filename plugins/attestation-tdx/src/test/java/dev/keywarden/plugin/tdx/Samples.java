package dev.keywarden.plugin.tdx;

import dev.keywarden.attestation.AttestationEnvelope;
import dev.keywarden.attestation.EnvelopeCodec;
import dev.keywarden.softtee.SimulatedMachine;
import dev.keywarden.softtee.SoftwareTee;
import dev.keywarden.spi.Bytes;
import dev.keywarden.spi.Evidence;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/** Evidence to verify, and settings to verify it with. */
final class Samples {
    static final SoftwareTee TEE = SoftwareTee.fromSeed(new byte[32]);
    static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    static final Bytes REPORT_DATA = Bytes.fromHex("5a".repeat(64));

    private Samples() {}

    static byte[] read(String name) {
        try (InputStream in = Objects.requireNonNull(Samples.class.getResourceAsStream(name), name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Path file(Path folder, String name) {
        try {
            return Files.write(folder.resolve(name), read(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Evidence of a software TEE. */
    static Evidence softwareEvidence() {
        return EnvelopeCodec.toEvidence(TEE.attest(SimulatedMachine.builder().build(), REPORT_DATA));
    }

    /** Evidence around the quote of a real platform, whose event log nobody kept. */
    static Evidence intelEvidence() {
        byte[] quote = read("tdx_quote");
        return EnvelopeCodec.toEvidence(
                new AttestationEnvelope(Bytes.of(quote), List.of(), List.of(), Bytes.of(quote, 568, 64), ""));
    }

    /** The root of the software TEE in a file. */
    static Path softwareRoot(Path folder) {
        try {
            return Files.writeString(folder.resolve("software-root.pem"), TEE.rootCertificatePem());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static TdxSettings settings(List<Path> roots, CollateralTable collateral) {
        return new TdxSettings(!roots.isEmpty(), roots, null, null, null, null, collateral, null);
    }

    static CollateralTable services(String... urls) {
        return new CollateralTable(List.of(urls), null, null, null, null, null, null, null, null, null);
    }

    static CollateralTable inFile(Path file) {
        return new CollateralTable(null, file, null, null, null, null, null, null, null, null);
    }
}
