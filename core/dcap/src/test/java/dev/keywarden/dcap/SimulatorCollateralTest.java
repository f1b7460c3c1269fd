package dev.keywarden.dcap;

import static dev.keywarden.dcap.Vectors.code;
import static dev.keywarden.dcap.Vectors.simulatorQuote;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** Evidence and collateral of another software TEE, under its root. */
class SimulatorCollateralTest {
    private static final Instant NOW = Instant.parse("2026-11-24T00:00:00Z");
    private static final VerificationPolicy POLICY = VerificationPolicy.STRICT.with(TdPolicy.DCAP);

    private final DcapVerifier verifier = new DcapVerifier(
            SoftwareRoots.of(List.of(Vectors.simulatorRoot().publicKeyInfo())), POLICY, new VerificationCache());

    @Test
    void acceptsTheSimulatorsQuoteWithTheSimulatorsCollateral() {
        VerifiedQuote verified = verifier.verify(simulatorQuote(), recorded(), NOW);

        assertThat(verified.status()).isEqualTo(TcbStatus.UP_TO_DATE);
        assertThat(verified.advisoryIds()).isEmpty();
        assertThat(verified.authentic().trustAnchor()).isEqualTo("software");
        assertThat(verified.collateral().evaluationNumber()).isEqualTo(1);
        assertThat(verified.collateral().authority()).isEmpty();
        assertThat(verifier.platformOf(simulatorQuote(), NOW).fmspc().isZero()).isTrue();
    }

    @Test
    void acceptsWhatTheSimulatorsServiceAnswers() throws Exception {
        Collateral fetched = new Collateral(
                issuerChain("/sgx/certification/v4/pckcrl?ca=platform&encoding=der", DcapObject.CRL_ISSUER),
                ServiceAnswer.crl(body("/sgx/certification/v4/rootcacrl"), DcapObject.ROOT_CRL),
                ServiceAnswer.crl(body("/sgx/certification/v4/pckcrl?ca=platform&encoding=der"), DcapObject.PCK_CRL),
                ServiceAnswer.tcbInfo(
                        body("/tdx/certification/v4/tcb?fmspc=000000000000"),
                        issuerChain("/tdx/certification/v4/tcb?fmspc=000000000000", DcapObject.TCB_SIGNER)),
                ServiceAnswer.qeIdentity(
                        body("/tdx/certification/v4/qe/identity?update=standard"),
                        issuerChain(
                                "/tdx/certification/v4/qe/identity?update=standard", DcapObject.QE_IDENTITY_SIGNER)),
                null);

        assertThat(verifier.verify(simulatorQuote(), fetched, NOW).status()).isEqualTo(TcbStatus.UP_TO_DATE);
    }

    @Test
    void refusesItUnderIntelsRootAndUnderItsOwnPinnedAsIfItWereIntels() {
        DcapVerifier intel = new DcapVerifier(PinnedRoot.intel(), POLICY, VerificationCache.none());

        assertThat(code(() -> intel.verify(simulatorQuote(), recorded(), NOW))).isEqualTo(DcapCode.ROOT_NOT_TRUSTED);
        assertThat(code(() -> PinnedRoot.custom(Vectors.simulatorRoot()))).isEqualTo(DcapCode.CERT_PROFILE_INVALID);
    }

    @Test
    void refusesIntelsCollateralForIt() {
        assertThat(code(() -> verifier.verify(simulatorQuote(), Vectors.tdxCollateral(), Vectors.GOOD_TIME)))
                .isEqualTo(DcapCode.ROOT_NOT_TRUSTED);
    }

    @Test
    void refusesItWhenItsCollateralHasLapsed() {
        assertThat(code(() -> verifier.verify(simulatorQuote(), recorded(), Instant.parse("2026-12-23T16:12:53Z"))))
                .isEqualTo(DcapCode.TCB_INFO_EXPIRED);
    }

    private static Collateral recorded() {
        return Collateral.ofJson(Vectors.read("simulator_collateral.json"));
    }

    private static JsonObject answer(String path) throws StrictJson.MalformedJsonException {
        return StrictJson.parse(ByteView.wrap(Vectors.read("simulator_pccs.json")), 1 << 20)
                .object("responses")
                .object(path);
    }

    private static byte[] body(String path) throws StrictJson.MalformedJsonException {
        return HexFormat.of().parseHex(answer(path).text("body_hex"));
    }

    private static ByteView issuerChain(String path, DcapObject object) throws StrictJson.MalformedJsonException {
        String header = answer(path)
                .text("head")
                .lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).contains("issuer-chain:"))
                .findFirst()
                .orElseThrow();
        return ServiceAnswer.issuerChain(
                header.substring(header.indexOf(':') + 1).strip(), object);
    }
}
