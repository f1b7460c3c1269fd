package dev.keywarden.dcap;

import static dev.keywarden.dcap.Vectors.code;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TDX fact sheet, sections 4.1 and 4.2; the numbers are rows of section 6. */
class ServiceAnswerTest {
    private static final ByteView CHAIN = ByteView.wrap(utf8("chain"));
    private static final String SIGNATURE = "ab".repeat(64);

    @Test // 86
    void readsACrlInEveryFormAServiceSends() {
        byte[] der = Vectors.tdxCollateral().pckCrl().toArray();
        String hex = HexFormat.of().formatHex(der);
        String pem = "-----BEGIN X509 CRL-----\n" + Base64.getMimeEncoder().encodeToString(der)
                + "\n-----END X509 CRL-----\n";

        for (byte[] body : new byte[][] {der, utf8(hex), utf8(hex.toUpperCase(Locale.ROOT) + "\n"), utf8(pem)}) {
            assertThat(ServiceAnswer.crl(body, DcapObject.PCK_CRL).toArray()).isEqualTo(der);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "abc", "-----BEGIN X509 CRL-----", "<html>not found</html>"})
    void refusesACrlInAnyOtherForm(String body) {
        assertThat(code(() -> ServiceAnswer.crl(utf8(body), DcapObject.PCK_CRL)))
                .isEqualTo(DcapCode.COLLATERAL_MALFORMED);
    }

    @Test
    void refusesAnEmptyCrl() {
        assertThat(code(() -> ServiceAnswer.crl(new byte[0], DcapObject.ROOT_CRL)))
                .isEqualTo(DcapCode.COLLATERAL_MISSING);
    }

    @Test
    void cutsTheSignedTextOutAsItStands() {
        String inner = "{ \"id\" :\"TDX\",\"odd\": [1, {\"tcbInfo\":{}} ], \"\u00e9\":\"\\u00e9 }\" }";
        String body = "{\"before\":{\"tcbInfo\":{\"no\":1}},\"signature\":\"" + SIGNATURE + "\", \"tcbInfo\": " + inner
                + " }";

        Collateral.Signed signed = ServiceAnswer.tcbInfo(utf8(body), CHAIN);

        assertThat(new String(signed.text().toArray(), StandardCharsets.UTF_8)).isEqualTo(inner);
        assertThat(signed.signature().toHex()).isEqualTo(SIGNATURE);
        assertThat(signed.issuerChain()).isEqualTo(CHAIN);
    }

    @Test
    void cutsOutWhatIntelSignedSoThatItStillVerifies() {
        Collateral real = Vectors.tdxCollateral();
        String text = new String(real.qeIdentity().text().toArray(), StandardCharsets.UTF_8);
        String body = "{\"enclaveIdentity\":" + text + ",\"signature\":\""
                + real.qeIdentity().signature().toHex() + "\"}";

        assertThat(ServiceAnswer.qeIdentity(utf8(body), real.qeIdentity().issuerChain()))
                .isEqualTo(real.qeIdentity());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"tcbInfo\":{}}",
                "{\"tcbInfo\":null,\"signature\":\"SIG\"}",
                "{\"tcbinfo\":{},\"signature\":\"SIG\"}",
                "{\"signature\":\"SIG\"}"
            })
    void missesWhatIsNotThere(String body) {
        assertThat(code(() -> ServiceAnswer.tcbInfo(utf8(body.replace("SIG", SIGNATURE)), CHAIN)))
                .isEqualTo(DcapCode.COLLATERAL_MISSING);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{",
                "{\"tcbInfo\":{},\"signature\":\"00\"}",
                "{\"tcbInfo\":{},\"signature\":7}",
                "{\"tcbInfo\":[],\"signature\":\"SIG\"}",
                "{\"tcbInfo\":{},\"signature\":\"SIG\"}x",
                "{\"tcbInfo\":{},\"tcbInfo\":{},\"signature\":\"SIG\"}",
                "\ufeff{\"tcbInfo\":{},\"signature\":\"SIG\"}"
            })
    void refusesWhatIsNotAnAnswer(String body) {
        assertThat(code(() -> ServiceAnswer.tcbInfo(utf8(body.replace("SIG", SIGNATURE)), CHAIN)))
                .isEqualTo(DcapCode.COLLATERAL_MALFORMED);
    }

    @Test
    void refusesAnswersThatAreNotUtf8OrTooLong() {
        assertThat(code(() -> ServiceAnswer.tcbInfo(new byte[] {'{', (byte) 0xff, '}'}, CHAIN)))
                .isEqualTo(DcapCode.COLLATERAL_MALFORMED);
        assertThat(code(() -> ServiceAnswer.tcbInfo(new byte[Collateral.MAX_OBJECT_BYTES + 1], CHAIN)))
                .isEqualTo(DcapCode.COLLATERAL_MALFORMED);
    }

    @Test // 223
    void decodesEscapesInAHeaderAndLeavesPlusSignsAlone() {
        ByteView pem = ServiceAnswer.issuerChain("-----BEGIN%20A-----%0Aa+b%2Bc%3D%0a", DcapObject.TCB_SIGNER);

        assertThat(new String(pem.toArray(), StandardCharsets.US_ASCII)).isEqualTo("-----BEGIN A-----\na+b+c=\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"%", "a%2", "%zz", "%+1", "\u00e9"})
    void refusesABrokenHeader(String header) {
        assertThat(code(() -> ServiceAnswer.issuerChain(header, DcapObject.TCB_SIGNER)))
                .isEqualTo(DcapCode.COLLATERAL_MALFORMED);
    }

    @Test // 224
    void missesAHeaderThatIsEmpty() {
        assertThat(code(() -> ServiceAnswer.issuerChain("", DcapObject.TCB_SIGNER)))
                .isEqualTo(DcapCode.COLLATERAL_MISSING);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
