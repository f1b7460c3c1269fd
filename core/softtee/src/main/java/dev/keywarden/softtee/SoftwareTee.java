package dev.keywarden.softtee;

import dev.keywarden.spi.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * A trusted execution environment made of software: it signs what it is told to, in the genuine formats, under a root that
 * follows from its seed. Its evidence proves that someone knew the seed, and nothing else.
 *
 * <p>Keys and certificates are functions of the seed (see {@link SoftwareKey#derive} and {@link SoftwarePki}), and are
 * made when they are first needed. Safe for use by many threads.
 */
public final class SoftwareTee {
    /** MRENCLAVE of the software quoting enclave. */
    static final Bytes QE_MR_ENCLAVE = name("keywarden software quoting enclave");

    /** MRSIGNER of the software quoting enclave. */
    static final Bytes QE_MR_SIGNER = name("keywarden software quoting enclave signer");

    /** ISVPRODID of the quoting enclave for TDs. */
    static final byte QE_PRODUCT = 2;

    /** ISVSVN of the software quoting enclave. */
    static final byte QE_SVN = 6;

    private final SoftwarePki pki;
    private final ConcurrentMap<String, Platform> platforms = new ConcurrentHashMap<>();

    /** What belongs to one simulated platform. */
    private record Platform(SoftwareKey pckKey, SoftwareKey attestationKey, Bytes chain) {}

    private SoftwareTee(byte[] seed) {
        this.pki = new SoftwarePki(seed);
    }

    /**
     * The software TEE of a seed.
     *
     * @param seed 32 bytes; copied
     */
    public static SoftwareTee fromSeed(byte[] seed) {
        return new SoftwareTee(seed);
    }

    /** The root certificate as PEM. */
    public String rootCertificatePem() {
        return pki.rootPem();
    }

    /** The root's key as DER SubjectPublicKeyInfo. */
    public Bytes rootPublicKey() {
        return Bytes.of(pki.rootKey().publicKeyInfo());
    }

    /** Keys and certificate forges, for evidence with a defect. */
    public SoftwarePki pki() {
        return pki;
    }

    QuoteForge quote(byte[] tdReport, String platformLabel) {
        Platform platform = platform(platformLabel);
        return new QuoteForge(
                tdReport,
                platform.attestationKey(),
                platform.pckKey(),
                platform.chain().toArray());
    }

    private Platform platform(String label) {
        return platforms.computeIfAbsent(
                label,
                name -> new Platform(
                        pki.platformKey(name),
                        pki.attestationKey(name),
                        Bytes.of(pki.chainPem(name).getBytes(StandardCharsets.US_ASCII))));
    }

    private static Bytes name(String text) {
        return Bytes.of(SoftwareKey.sha256().digest(text.getBytes(StandardCharsets.US_ASCII)));
    }
}
