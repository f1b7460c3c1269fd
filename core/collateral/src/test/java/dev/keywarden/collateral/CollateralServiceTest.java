package dev.keywarden.collateral;

import static dev.keywarden.collateral.Sets.NOW;
import static dev.keywarden.collateral.Sets.REQUEST;
import static dev.keywarden.collateral.Sets.TEE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.keywarden.dcap.Collateral;
import dev.keywarden.dcap.DcapCode;
import dev.keywarden.dcap.TeeType;
import dev.keywarden.softtee.SoftwarePccs;
import dev.keywarden.softtee.SoftwarePccs.Answer;
import dev.keywarden.testkit.FakePccs;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CollateralServiceTest {
    private static final InstantSource CLOCK = InstantSource.fixed(NOW);
    private static final Duration LONG = Duration.ofSeconds(10);
    private static final Duration SHORT = Duration.ofMillis(200);
    private static final FakePccs.Behaviour RIGHT = FakePccs.right(new SoftwarePccs(TEE), CLOCK);

    private final HttpFetcher http = new HttpFetcher(null);
    private final FakePccs pccs;

    CollateralServiceTest() throws IOException {
        pccs = FakePccs.doing(RIGHT);
    }

    @AfterEach
    void stop() {
        http.close();
        pccs.close();
    }

    @Test
    void asksForFourDocumentsAsTheReferenceDoes() {
        Collateral fetched = fetch(LONG);

        assertThat(pccs.requests())
                .containsExactlyInAnyOrder(
                        "/sgx/certification/v4/pckcrl?ca=platform&encoding=der",
                        "/tdx/certification/v4/tcb?fmspc=" + REQUEST.fmspc(),
                        "/tdx/certification/v4/qe/identity?update=standard",
                        "/sgx/certification/v4/rootcacrl");
        assertThat(Sets.verifier().verifyCollateral(fetched, TeeType.TDX, NOW).evaluationNumber())
                .isEqualTo(17);
    }

    @Test
    void asksForTheEarlyPublicationByName() {
        service(null).fetch(new CollateralRequest(REQUEST.platform(), Update.EARLY), Deadline.in(LONG), Sets::judge);

        assertThat(pccs.requestsFor("update=early")).isEqualTo(2);
    }

    @Test
    void takesTheRootsListFromWhereItIsTold() {
        assertThatExceptionOfType(CollateralException.class)
                .isThrownBy(() ->
                        service(pccs.url() + "/elsewhere/root.der").fetch(REQUEST, Deadline.in(LONG), Sets::judge))
                .withMessageContaining("/elsewhere/root.der");
        assertThat(pccs.requestsFor("rootcacrl")).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "404, COLLATERAL_UNKNOWN_PLATFORM",
        "461, COLLATERAL_UNKNOWN_PLATFORM",
        "462, COLLATERAL_UNKNOWN_PLATFORM",
        "410, COLLATERAL_GONE",
        "302, COLLATERAL_UNAVAILABLE",
        "400, COLLATERAL_UNAVAILABLE",
        "401, COLLATERAL_UNAVAILABLE",
        "429, COLLATERAL_UNAVAILABLE",
        "500, COLLATERAL_UNAVAILABLE",
        "503, COLLATERAL_UNAVAILABLE"
    })
    void knowsTheServicesStatuses(int status, DcapCode expected) {
        pccs.become(FakePccs.status(status, Map.of("Location", "http://127.0.0.1:1/", "Request-ID", "abc")));

        assertFails(expected, "status " + status + ", request abc");
    }

    @Test
    void waitsOnceAsTheServiceSays() {
        FakePccs.Behaviour busy = FakePccs.status(429, Map.of("Retry-After", "0"));
        pccs.become((path, exchange) -> (pccs.requestsFor(path) == 1 ? busy : RIGHT).serve(path, exchange));

        assertThat(fetch(LONG).tcbInfo().text().length()).isPositive();
        assertThat(pccs.requests()).hasSize(8);
    }

    @Test
    void doesNotWaitBeyondItsDeadline() {
        pccs.become(FakePccs.status(429, Map.of("Retry-After", "3600")));

        assertFails(DcapCode.COLLATERAL_UNAVAILABLE, "status 429");
    }

    @Test
    void givesUpOnAServiceThatHangs() {
        pccs.become(pccs.hanging());

        assertThatExceptionOfType(CollateralException.class)
                .isThrownBy(() -> fetch(SHORT))
                .withMessageContaining("no answer in time");
    }

    @Test
    void givesUpOnAServiceThatSendsAByteAtATime() {
        pccs.become((path, exchange) -> {
            exchange.sendResponseHeaders(200, 0);
            while (true) {
                exchange.getResponseBody().write(' ');
                exchange.getResponseBody().flush();
            }
        });

        assertFails(DcapCode.COLLATERAL_UNAVAILABLE, "", SHORT);
    }

    @Test
    void refusesAnswersThatAreCutOff() {
        pccs.become(FakePccs.truncating(new SoftwarePccs(TEE), CLOCK));

        assertFails(DcapCode.COLLATERAL_UNAVAILABLE, "");
    }

    @Test
    void refusesAnswersWithoutEnd() {
        pccs.become(
                FakePccs.except("/tcb", new Answer(200, Map.of(), new byte[Collateral.MAX_OBJECT_BYTES + 1]), RIGHT));

        assertFails(DcapCode.COLLATERAL_UNAVAILABLE, "more than 262144 bytes");
    }

    @ParameterizedTest
    @CsvSource({
        "/tcb, '', COLLATERAL_MISSING",
        "/tcb, '{}', COLLATERAL_MISSING",
        "/pckcrl, 'no crl', COLLATERAL_MISSING",
        "/rootcacrl, 'no crl', COLLATERAL_MALFORMED",
        "/rootcacrl, '', COLLATERAL_MISSING"
    })
    void refusesAnswersThatAreSomethingElse(String document, String body, DcapCode expected) {
        pccs.become(FakePccs.except(document, new Answer(200, Map.of(), body.getBytes(UTF_8)), RIGHT));

        assertFails(expected, "");
    }

    @Test
    void refusesChainsThatAreTooLong() {
        Answer answer = new SoftwarePccs(TEE).answer("/tdx/certification/v4/qe/identity", NOW);
        Map<String, String> headers = Map.of("SGX-Enclave-Identity-Issuer-Chain", "A".repeat(32 * 1024 + 1));
        pccs.become(FakePccs.except("/qe/identity", new Answer(200, headers, answer.body()), RIGHT));

        assertFails(DcapCode.COLLATERAL_MALFORMED, "more than 32768 characters");
    }

    @Test
    void takesTheOlderNameOfAHeader() {
        Answer answer = new SoftwarePccs(TEE)
                .answer(
                        "/tdx/certification/v4/tcb?fmspc="
                                + HexFormat.of().formatHex(TEE.pki().fmspc()),
                        NOW);
        Map<String, String> headers =
                Map.of("SGX-TCB-Info-Issuer-Chain", answer.headers().get("TCB-Info-Issuer-Chain"));
        pccs.become(FakePccs.except("/tcb", new Answer(200, headers, answer.body()), RIGHT));

        assertThat(fetch(LONG).tcbInfo().issuerChain().length()).isPositive();
    }

    @Test
    void saysThatNobodyIsThere() {
        pccs.close();

        assertFails(DcapCode.COLLATERAL_UNAVAILABLE, "no connection");
    }

    private CollateralService service(@Nullable String rootCrl) {
        return new CollateralService(ServiceAddress.parse(pccs.url() + "/"), rootCrl, http, LONG);
    }

    private Collateral fetch(Duration time) {
        return service(null).fetch(REQUEST, Deadline.in(time), Sets::judge);
    }

    private void assertFails(DcapCode expected, String words) {
        assertFails(expected, words, LONG);
    }

    private void assertFails(DcapCode expected, String words, Duration time) {
        assertThatExceptionOfType(CollateralException.class)
                .isThrownBy(() -> fetch(time))
                .withMessageContaining(words)
                .satisfies(e -> assertThat(e.code()).isEqualTo(expected));
    }
}
