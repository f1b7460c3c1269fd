package dev.keywarden.plugin.tdx;

import static dev.keywarden.plugin.tdx.Samples.NOW;
import static dev.keywarden.plugin.tdx.Samples.REPORT_DATA;
import static dev.keywarden.plugin.tdx.Samples.TEE;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keywarden.attestation.EnvelopeCodec;
import dev.keywarden.collateral.CacheEvents;
import dev.keywarden.collateral.CacheRules;
import dev.keywarden.collateral.CollateralCache;
import dev.keywarden.collateral.CollateralRequest;
import dev.keywarden.collateral.CollateralSource;
import dev.keywarden.collateral.Deadline;
import dev.keywarden.collateral.Update;
import dev.keywarden.dcap.ByteView;
import dev.keywarden.dcap.Collateral;
import dev.keywarden.dcap.CollateralAge;
import dev.keywarden.dcap.DcapVerifier;
import dev.keywarden.dcap.PckCa;
import dev.keywarden.dcap.PinnedRoot;
import dev.keywarden.dcap.RootCertificate;
import dev.keywarden.dcap.VerificationCache;
import dev.keywarden.dcap.VerificationPolicy;
import dev.keywarden.softtee.CertificateForge;
import dev.keywarden.softtee.SgxExtensionForge;
import dev.keywarden.softtee.SimulatedMachine;
import dev.keywarden.softtee.SoftwareKey;
import dev.keywarden.softtee.SoftwarePki;
import dev.keywarden.spi.Attestation;
import dev.keywarden.spi.Bytes;
import dev.keywarden.spi.Evidence;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What the verifier keeps is bounded, however many platforms there are (TDX fact sheet, section 8.3). */
class ManyPlatformsTest {
    private static final int PLATFORMS = 10_000;
    private static final int PLATFORMS_OF_A_FAMILY = 10;

    /** More than all that is kept; it was 29 MiB. */
    private static final long MAX_BYTES = 64L << 20;

    private static final SoftwarePki PKI = TEE.pki();
    private static final SimulatedMachine MACHINE = SimulatedMachine.builder().build();
    private static final String AUTHORITIES =
            CertificateForge.pem(PKI.authority(PckCa.PLATFORM).encode(PKI.rootKey()))
                    + CertificateForge.pem(PKI.root().encode(PKI.rootKey()));

    /** Made once: keys are derived anew each time, which takes as long as signatures. */
    private static final SoftwareKey AUTHORITY = PKI.authorityKey(PckCa.PLATFORM);

    private static final SoftwareKey TCB_SIGNER = PKI.tcbSignerKey();
    private static final CertificateForge LEAF = PKI.leaf(PckCa.PLATFORM, "");

    private final VerificationCache cache = new VerificationCache();
    private final DcapVerifier verifier = new DcapVerifier(
            PinnedRoot.custom(RootCertificate.ofPem(TEE.rootCertificatePem().getBytes(US_ASCII))),
            VerificationPolicy.STRICT,
            cache);

    /** Every platform has a certificate of its own, and there are more families of them than sets of collateral are kept. */
    @Test
    void keepsNoMoreOfTenThousandPlatformsThanItMay() {
        CollateralCache collateral = new CollateralCache(
                new OwnCollateral(), null, verifier, CacheRules.DEFAULT, CacheEvents.NONE, new SplittableRandom(1));
        try (TdxVerifier all = new TdxVerifier(verifier, collateral, Update.STANDARD, () -> {})) {
            verify(all, 0);
            long before = usedBytes();
            for (int platform = 1; platform <= PLATFORMS; platform++) {
                verify(all, platform);
                assertThat(collateral.size()).isLessThanOrEqualTo(CacheRules.DEFAULT.maxSets());
                assertThat(cache.chainCount()).isLessThanOrEqualTo(VerificationCache.DEFAULT_CHAINS);
                assertThat(cache.qeBindingCount()).isLessThanOrEqualTo(VerificationCache.DEFAULT_QE_BINDINGS);
                assertThat(cache.collateralCount()).isLessThanOrEqualTo(VerificationCache.DEFAULT_COLLATERALS);
            }
            long kept = usedBytes() - before;
            System.out.printf("%d platforms leave %d KiB%n", PLATFORMS, kept >> 10);

            assertThat(collateral.size()).as("it is full").isEqualTo(CacheRules.DEFAULT.maxSets());
            assertThat(cache.chainCount()).as("it is full").isEqualTo(VerificationCache.DEFAULT_CHAINS);
            assertThat(cache.qeBindingCount()).as("it is full").isEqualTo(VerificationCache.DEFAULT_QE_BINDINGS);
            assertThat(kept).isLessThan(MAX_BYTES);
        }
    }

    private static void verify(TdxVerifier verifier, int platform) {
        Attestation attestation = verifier.verify(evidence(platform), NOW);
        assertThat(attestation.platformId()).isEqualTo(Bytes.of(ppid(platform)));
    }

    /** Evidence of one platform; PCK and attestation key are those of all, which saves the time that keys take. */
    private static Evidence evidence(int platform) {
        byte[] extension = PKI.sgxExtension("")
                .entry("1", octets(ppid(platform)))
                .entry("4", octets(fmspc(platform)))
                .encode();
        byte[] leaf =
                LEAF.replaceExtension(SgxExtensionForge.OID, false, extension).encode(AUTHORITY);
        byte[] chain = (CertificateForge.pem(leaf) + AUTHORITIES).getBytes(US_ASCII);
        return EnvelopeCodec.toEvidence(TEE.attest(MACHINE, REPORT_DATA, quote -> quote.certificationData(5, chain)));
    }

    private static byte[] ppid(int platform) {
        return HexFormat.of().parseHex("%032x".formatted(platform));
    }

    private static byte[] fmspc(int platform) {
        return HexFormat.of().parseHex("f0%010x".formatted(platform / PLATFORMS_OF_A_FAMILY));
    }

    private static byte[] octets(byte[] value) {
        byte[] der = new byte[value.length + 2];
        der[0] = 4;
        der[1] = (byte) value.length;
        System.arraycopy(value, 0, der, 2, value.length);
        return der;
    }

    private static long usedBytes() {
        Runtime runtime = Runtime.getRuntime();
        for (int round = 0; round < 3; round++) {
            System.gc();
        }
        return runtime.totalMemory() - runtime.freeMemory();
    }

    /** TCB info about whichever platform is asked for; all else is the same for all, as at Intel. */
    private static final class OwnCollateral implements CollateralSource {
        private final Map<String, String> common = TEE.collateral(NOW).members();
        private final ByteView crlIssuers = text("pck_crl_issuer_chain");
        private final ByteView rootCrl = hex("root_ca_crl");
        private final ByteView pckCrl = hex("pck_crl");
        private final ByteView signer = text("tcb_info_issuer_chain");
        private final Collateral.Signed identity =
                new Collateral.Signed(signer, text("qe_identity"), hex("qe_identity_signature"));
        private final String fmspc = HexFormat.of().formatHex(PKI.fmspc());

        @Override
        public String name() {
            return "own collateral";
        }

        @Override
        public Collateral fetch(
                CollateralRequest request, Deadline deadline, Function<Collateral, CollateralAge> judge) {
            byte[] own = member("tcb_info")
                    .replace(fmspc, request.platform().fmspc().toHex())
                    .getBytes(UTF_8);
            Collateral.Signed tcbInfo =
                    new Collateral.Signed(signer, ByteView.copyOf(own), ByteView.copyOf(TCB_SIGNER.sign(own)));
            Collateral collateral = new Collateral(crlIssuers, rootCrl, pckCrl, tcbInfo, identity, null);
            CollateralAge unused = judge.apply(collateral);
            return collateral;
        }

        private String member(String name) {
            return Objects.requireNonNull(common.get(name), name);
        }

        private ByteView text(String name) {
            return ByteView.copyOf(member(name).getBytes(UTF_8));
        }

        private ByteView hex(String name) {
            return ByteView.copyOf(HexFormat.of().parseHex(member(name)));
        }
    }
}
