package dev.keywarden.softtee;

import dev.keywarden.attestation.AttestationEnvelope;
import dev.keywarden.attestation.EventLog;
import dev.keywarden.attestation.MeasurementPoint;
import dev.keywarden.attestation.TdxEvent;
import dev.keywarden.dcap.PckCa;
import dev.keywarden.spi.Bytes;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.UnaryOperator;

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

    private static final int REPORT_DATA_BYTES = 64;
    private static final byte[] TEE_TCB_SVN = HexFormat.of().parseHex("06010300000000000000000000000000");
    private static final byte[] SEPT_VE_DISABLE = HexFormat.of().parseHex("0000001000000000");
    private static final byte[] XFAM = HexFormat.of().parseHex("e702060000000000");

    /** MRSEAM, MRSIGNERSEAM and SEAMATTRIBUTES. */
    private static final byte[] NO_SEAM_MEASUREMENTS = new byte[48 + 48 + 8];

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

    /**
     * A forge for the collateral of all platforms under the Platform CA.
     *
     * @param now everything is made a day before and good for 30 days, the root's CRL for a year
     */
    public CollateralForge collateral(Instant now) {
        return new CollateralForge(pki, PckCa.PLATFORM, now);
    }

    /** The same for platforms under another authority. */
    public CollateralForge collateral(PckCa authority, Instant now) {
        return new CollateralForge(pki, authority, now);
    }

    /** Keys and certificate forges, for evidence with a defect. */
    public SoftwarePki pki() {
        return pki;
    }

    /**
     * Makes evidence about a machine: a quote of version 4 over its registers, with RTMR3 replayed from its events, and the
     * full event log.
     *
     * @param reportData 64 bytes
     */
    public AttestationEnvelope attest(SimulatedMachine machine, Bytes reportData) {
        return attest(machine, reportData, UnaryOperator.identity());
    }

    /**
     * Makes evidence as {@link #attest(SimulatedMachine, Bytes)} does, around a quote with a defect.
     *
     * @param defect turns the forge of the right quote
     */
    public AttestationEnvelope attest(SimulatedMachine machine, Bytes reportData, UnaryOperator<QuoteForge> defect) {
        byte[] quote = defect.apply(quote(machine, reportData)).encode();
        return new AttestationEnvelope(
                Bytes.of(quote),
                machine.events().stream().map(TdxEvent::of).toList(),
                machine.events(),
                reportData,
                machine.vmConfig());
    }

    /**
     * A forge for the quote of a machine.
     *
     * @param reportData 64 bytes
     */
    public QuoteForge quote(SimulatedMachine machine, Bytes reportData) {
        return quote(tdReport(machine, reportData), machine.platform());
    }

    QuoteForge quote(byte[] tdReport, String platformLabel) {
        Platform platform = platform(platformLabel);
        return new QuoteForge(
                tdReport,
                platform.attestationKey(),
                platform.pckKey(),
                platform.chain().toArray());
    }

    /** The report of the machine's TD, with the constants of the TDX fact sheet, section 7, row 12. */
    private static byte[] tdReport(SimulatedMachine machine, Bytes reportData) {
        if (reportData.length() != REPORT_DATA_BYTES) {
            throw new IllegalArgumentException("report data has 64 bytes, not " + reportData.length());
        }
        Bytes rtmr3 = EventLog.replay(machine.events(), MeasurementPoint.RUNTIME);
        ByteArrayOutputStream report = new ByteArrayOutputStream();
        report.writeBytes(TEE_TCB_SVN);
        report.writeBytes(NO_SEAM_MEASUREMENTS);
        report.writeBytes(SEPT_VE_DISABLE);
        report.writeBytes(XFAM);
        for (Bytes register : List.of(
                machine.mrtd(),
                machine.mrConfigId(),
                machine.mrOwner(),
                machine.mrOwnerConfig(),
                machine.rtmr0(),
                machine.rtmr1(),
                machine.rtmr2(),
                rtmr3,
                reportData)) {
            report.writeBytes(register.toArray());
        }
        return report.toByteArray();
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
