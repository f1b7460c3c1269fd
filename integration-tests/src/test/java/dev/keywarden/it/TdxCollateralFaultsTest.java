package dev.keywarden.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.keywarden.rpc.RpcException;
import dev.keywarden.softtee.SoftwarePccs;
import dev.keywarden.testkit.FakePccs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A node that verifies with the tdx plugin, and what becomes of a guest when collateral can't be had. */
@Tag("blackbox")
final class TdxCollateralFaultsTest {
    private final Path home;
    private final WebhookDouble webhook = new WebhookDouble();
    private final SoftwareCollateral collateral = new SoftwareCollateral();

    TdxCollateralFaultsTest(@TempDir Path home) throws IOException {
        this.home = home;
    }

    @AfterEach
    void close() {
        webhook.close();
        collateral.close();
    }

    /** What is wrong with the collateral service, and the code that a guest is refused with. */
    enum Fault {
        HANGS("COLLATERAL_UNAVAILABLE"),
        IS_AWAY("COLLATERAL_UNAVAILABLE"),
        KNOWS_NOTHING("COLLATERAL_UNKNOWN_PLATFORM"),
        HAS_WITHDRAWN_IT("COLLATERAL_GONE"),
        CUTS_OFF("COLLATERAL_UNAVAILABLE"),
        LIES("TCB_INFO_SIGNATURE_INVALID"),
        SERVES_WHAT_HAS_LAPSED("CRL_EXPIRED");

        private final String code;

        Fault(String code) {
            this.code = code;
        }
    }

    @Test
    void releasesKeysThroughTheTdxPluginAndRecordsWhatItWasJudgedBy() throws IOException {
        TestNode.Configuration configuration = configuration();
        try (TestNode node = TestNode.start(configuration, "serving")) {
            assertThat(new Guest(Guest.APP_ID).takeKeys(node.url()).getK256Key().isEmpty())
                    .isFalse();
            assertThat(node.process().err()).contains("proves nothing about any hardware");
        }
        assertThat(collateral.service().requests()).hasSize(4);
        assertThat(Files.readString(configuration.records())).contains("\"tdx\"");
    }

    /** The reference fetches collateral for every request with a client certificate. */
    @Test
    void defect41ServesManyCallersFromOneFetch() throws IOException {
        try (TestNode node = TestNode.start(configuration(), "serving")) {
            for (int caller = 0; caller < 10; caller++) {
                new Guest(Guest.APP_ID).takeKeys(node.url());
            }
        }
        assertThat(collateral.service().requests()).hasSize(4).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void refusesWithinTheDeadlineAndReleasesNothing(Fault fault) throws IOException {
        collateral.service().become(behaviour(fault));
        try (TestNode node = TestNode.start(configuration(), "serving")) {
            assertThatExceptionOfType(RpcException.class)
                    .isThrownBy(() -> new Guest(Guest.APP_ID).takeKeys(node.url()))
                    .satisfies(e -> assertThat(e.innermost()).contains(fault.code));
        }
        assertThat(webhook.questions()).noneMatch(question -> question.path().endsWith("/app"));
    }

    private FakePccs.Behaviour behaviour(Fault fault) {
        SoftwarePccs right = new SoftwarePccs(SoftwareCollateral.TEE);
        return switch (fault) {
            case HANGS -> collateral.service().hanging();
            case IS_AWAY -> FakePccs.status(503, Map.of());
            case KNOWS_NOTHING -> FakePccs.status(404, Map.of());
            case HAS_WITHDRAWN_IT -> FakePccs.status(410, Map.of());
            case CUTS_OFF -> FakePccs.truncating(right, InstantSource.system());
            case LIES ->
                FakePccs.right(
                        new SoftwarePccs(
                                SoftwareCollateral.TEE,
                                forge -> forge.tcbInfoSigner(
                                        SoftwareCollateral.TEE.pki().platformKey("nobody"))),
                        InstantSource.system());
            case SERVES_WHAT_HAS_LAPSED ->
                FakePccs.right(right, InstantSource.fixed(Instant.now().minus(Duration.ofDays(60))));
        };
    }

    /** A node that does not attest itself, so that its start needs no collateral. */
    private TestNode.Configuration configuration() throws IOException {
        webhook.behave(WebhookDouble.Behaviour.allowAll());
        TestNode.Configuration configuration = new TestNode.Configuration(home)
                .webhook(webhook.url())
                .onboard("quote_enabled = false\nauto_bootstrap_domain = \"localhost\"");
        Recordings.copyKeys(configuration.certDir());
        return collateral.verify(configuration);
    }
}
