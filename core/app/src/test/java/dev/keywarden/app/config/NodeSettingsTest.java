package dev.keywarden.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a configuration may say, and what a person is told who wrote another one. */
final class NodeSettingsTest {
    /** The least that a node needs to be told. */
    private static final String LEAST = """
            core.attestation.accept = ["mock"]
            core.attestation.attester = "mock"
            """;

    private final Path folder;

    NodeSettingsTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void takesTheLeastThatANodeNeedsToBeTold() throws IOException {
        NodeSettings settings = settings(LEAST);

        assertThat(settings.quoteEnabled()).isTrue();
        assertThat(settings.chain()).containsExactly("webhook");
        assertThat(settings.isDev()).isFalse();
        assertThat(settings.certDir()).isEqualTo(Path.of("/etc/kms/certs"));
        assertThat(settings.auditFile()).isEqualTo(Path.of("/etc/kms/audit/decisions.jsonl"));
        assertThat(settings.pluginState()).isEqualTo(Path.of("/etc/kms/plugins-state"));
        assertThat(settings.pins()).isEmpty();
        assertThat(settings.configuration().core().attestation().timeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(settings.configuration().core().image().downloadTimeout()).isEqualTo(Duration.ofMinutes(2));
    }

    /** Every key of section 12 of the wire protocol in both versions, with values that are not the defaults. */
    @Test
    void knowsEveryKeyOfTheReference() throws IOException {
        NodeSettings settings = settings("""
                [default]
                workers = 8
                ident = "DStack KMS"
                [rpc]
                address = "127.0.0.1"
                port = 9000
                [rpc.tls]
                key = "/kms/certs/rpc.key"
                certs = "/kms/certs/rpc.crt"
                [rpc.tls.mutual]
                ca_certs = "/kms/certs/tmp-ca.crt"
                mandatory = false
                [core]
                cert_dir = "/kms/certs"
                subject_postfix = ".phala"
                admin_token_hash = "%s"
                pccs_url = "https://pccs.test"
                site_name = "test"
                enforce_self_authorization = false
                attest_rpc_cert = false
                sev_snp_key_release = true
                aws_nitro_tpm_key_release = true
                [core.image]
                verify = false
                cache_dir = "/kms/images"
                download_url = "http://images.test/{OS_IMAGE_HASH}"
                download_timeout = "never"
                [core.auth_api]
                type = "dev"
                [core.auth_api.webhook]
                url = "http://auth.test"
                [core.auth_api.dev]
                gateway_app_id = "any"
                [core.onboard]
                enabled = false
                auto_bootstrap_domain = "kms.test"
                quote_enabled = false
                address = "127.0.0.1"
                port = 9001
                [core.attestation]
                accept = ["tdx"]
                insecure_allow_external_trust_anchors = true
                [core.attestation.urls]
                pccs = "https://pccs.test"
                [core.attestation.root_ca]
                tdx = "/kms/root.pem"
                [core.admin]
                enabled = true
                address = "127.0.0.1"
                port = 9002
                auth_token = "token"
                htpasswd_file = "/kms/htpasswd"
                insecure_no_auth = true
                [core.metrics]
                enabled = false
                """.formatted("00".repeat(32)));

        assertThat(settings.isDev()).isTrue();
        assertThat(settings.quoteEnabled()).isFalse();
        assertThat(settings.configuration().rpc().port()).isEqualTo(9000);
        assertThat(settings.configuration().core().image().downloadTimeout()).isNull();
        assertThat(settings.warnings()).contains("the authorizer \"dev\" allows everything");
        assertThat(settings.attestationSettings())
                .containsEntry(
                        "tdx",
                        Map.of(
                                "roots",
                                List.of("/kms/root.pem"),
                                "collateral",
                                Map.of("urls", List.of("https://pccs.test")),
                                "insecure_allow_external_trust_anchors",
                                true));
    }

    @ParameterizedTest
    @CsvSource({
        "core.onbord.enabled, core.onbord, onboard",
        "core.onboard.quote_enable, core.onboard.quote_enable, quote_enabled",
        "rpc.prot, rpc.prot, port",
        "rpc.limits.max_conections, rpc.limits.max_conections, max_connections",
        "core.auth_api.typ, core.auth_api.typ, type",
        "core.plugins.dirr, core.plugins.dirr, dir",
        "cor.cert_dir, cor, core",
    })
    void namesTheNearestNeighbourOfAnUnknownKey(String written, String key, String nearest) throws IOException {
        assertRefused(LEAST + written + " = 1")
                .hasMessage(key + " is not a known key. Did you mean \"" + nearest + "\"?");
    }

    @Test
    void listsWhatIsKnownIfNothingIsNear() throws IOException {
        assertRefused(LEAST + "core.metrics.prometheus_path = \"/m\"")
                .hasMessage("core.metrics.prometheus_path is not a known key. Known are: enabled");
    }

    @Test
    void refusesLimitsOfTheAuditLogThatCanNotWork() throws IOException {
        assertRefused(LEAST + """
                        core.audit.rotate_bytes = 1
                        core.audit.rotate_after = "0s"
                        core.audit.keep_for = "0s"
                        core.audit.evidence_bytes = -1
                        """)
                .extracting(ConfigurationException::problems)
                .satisfies(inAnyOrder(
                        "core.audit.rotate_bytes must be 65536 or more, not 1",
                        "core.audit.rotate_after must be longer than zero",
                        "core.audit.keep_for must be longer than zero; without it everything is kept",
                        "core.audit.evidence_bytes must be 0, which keeps none, or more"));
    }

    @Test
    void reportsEveryProblemAtOnce() throws IOException {
        assertRefused("""
                        rpc.port = "https"
                        rpc.addres = "0.0.0.0"
                        core.attestation.timeout = "soon"
                        core.audit.enabled = 1
                        core.plugins.pins.mock = "abc"
                        core.authorization = 5
                        """)
                .extracting(ConfigurationException::problems)
                .satisfies(inAnyOrder(
                        "rpc.port must be a whole number, not https",
                        "rpc.addres is not a known key. Did you mean \"address\"?",
                        "core.attestation.timeout must be a duration such as 250ms, 5s, 2m, 1h or 1d, not soon",
                        "core.audit.enabled must be true or false, not 1",
                        "core.plugins.pins.mock must be the SHA-256 of the archive, 64 hex digits;"
                                + " `keywarden plugins pin` prints it",
                        "core.authorization must be a table, not 5"));
    }

    @Test
    void reportsEveryProblemOfMeaningAtOnce() throws IOException {
        assertRefused("""
                        rpc.port = 65536
                        rpc.limits.max_connections = 0
                        rpc.limits.body_timeout = "2d"
                        core.onboard.port = -1
                        core.attestation.timeout = "0s"
                        core.authorization.timeout = "0ms"
                        core.authorization.chain = []
                        core.authorization.combine = "al"
                        core.plugins.trust = "pined"
                        """)
                .extracting(ConfigurationException::problems)
                .satisfies(inAnyOrder(
                        "rpc.port must be 0 to 65535, not 65536",
                        "rpc.limits.max_connections must be 1 or more, not 0",
                        "rpc.limits.body_timeout must be at most 1d",
                        "core.onboard.port must be 0 to 65535, not -1",
                        "core.attestation.accept is empty, so no caller could ever be attested. Name the attestation"
                                + " plugins whose evidence counts, for example accept = [\"mock\"]",
                        "core.attestation.attester is missing: with core.onboard.quote_enabled = true the node attests"
                                + " itself. Name the attestation plugin that does it, for example attester = \"mock\"",
                        "core.attestation.timeout must be longer than zero",
                        "core.authorization.timeout must be longer than zero",
                        "core.authorization.chain is empty, so nothing could ever be allowed. Name at least one"
                                + " authorizer, for example chain = [\"allowlist\"]",
                        "core.authorization.combine must be \"all\", \"first\" or \"quorum:N\" with a number of authorizers, not"
                                + " \"al\"",
                        "core.plugins.trust = \"pined\" is not known. Did you mean \"pinned\"?"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "core = 3 | core must be a table, not 3",
                "rpc = [] | rpc must be a table, not []",
                "rpc.port = 80.5 | rpc.port must be a whole number, not 80.5",
                "rpc.port = 3000000000 | rpc.port is too large a number, not 3000000000",
                "rpc.port = true | rpc.port must be a whole number, not true",
                "rpc.address = 1 | rpc.address must be text, not 1",
                "core.onboard.enabled = \"true\" | core.onboard.enabled must be true or false, not true",
                "core.cert_dir = [] | core.cert_dir must be text, not []",
                "core.attestation.accept = \"mock\" | core.attestation.accept must be a list, not mock",
                "core.attestation.accept = [1] | core.attestation.accept[0] must be text, not 1",
                "core.plugins.pins = 1 | core.plugins.pins must be a table of plugin id = \"sha-256\"",
                "rpc.limits.max_body_bytes = \"10M\" | rpc.limits.max_body_bytes must be a whole number, not 10M",
                "core.image.download_timeout = \"nevr\""
                        + " | core.image.download_timeout must be a duration such as 250ms, 5s, 2m, 1h or 1d, not nevr",
            })
    void refusesAValueOfAnotherType(String line, String problem) throws IOException {
        // On its own, since a table can't be written twice.
        assertRefused(line).extracting(ConfigurationException::problems).satisfies(problems -> assertThat(problems)
                .contains(problem));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "s", "-5s", "5 s", "5sec", "1.5s", "5S", "5s ", "1h30m", "1234567890s"})
    void refusesWhatIsNoDuration(String text) throws IOException {
        assertRefused(LEAST + "core.authorization.timeout = \"" + text + "\"")
                .hasMessage(
                        "core.authorization.timeout must be a duration such as 250ms, 5s, 2m, 1h or 1d, not " + text);
    }

    @ParameterizedTest
    @CsvSource({"250ms, PT0.25S", "5s, PT5S", "2m, PT2M", "1h, PT1H", "1d, PT24H"})
    void readsDurations(String text, Duration duration) throws IOException {
        assertThat(settings(LEAST + "core.authorization.timeout = \"" + text + "\"")
                        .configuration()
                        .core()
                        .authorization()
                        .timeout())
                .isEqualTo(duration);
    }

    @Test
    void mayForgetAVerifiedCertificateAtOnce() throws IOException {
        assertThat(settings(LEAST + "core.attestation.connection_reuse = \"0s\"")
                        .configuration()
                        .core()
                        .attestation()
                        .connectionReuse())
                .isZero();
    }

    @Test
    void refusesAJsonNullInPlaceOfAValue() throws IOException {
        Path file = Files.writeString(folder.resolve("kms.json"), "{\"rpc\": {\"port\": null}, \"core\": null}");

        assertThatThrownBy(() -> NodeSettings.from(new ConfigurationFiles(List.of()).read(file)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("rpc.port is missing\ncore is missing");
    }

    @Test
    void leavesTheTreeAsItIs() throws IOException {
        ConfigurationTree tree = tree(LEAST + "core.auth_api.type = \"dev\"\ncore.attestation.mock.seed = \"x\"");

        NodeSettings first = NodeSettings.from(tree);

        assertThat(NodeSettings.from(tree)).isEqualTo(first);
        assertThat(first.attestationSettings()).containsEntry("mock", Map.of("seed", "x"));
    }

    // Authorizers: two places for settings, and the reference's choice.

    @Test
    void namesAChainOfOneByTheReferencesType() throws IOException {
        NodeSettings settings = settings(LEAST + """
                core.auth_api.type = "rego"
                core.auth_api.rego.bundle = "/b"
                """);

        assertThat(settings.chain()).containsExactly("rego");
        assertThat(settings.authorizationSettings()).containsEntry("rego", Map.of("bundle", "/b"));
        assertThat(settings.warnings()).noneMatch(warning -> warning.contains("rego"));
    }

    @Test
    void prefersTheChainToTheReferencesType() throws IOException {
        NodeSettings settings = settings(
                LEAST + "core.auth_api.type = \"dev\"\ncore.authorization.chain = [\"allowlist\", \"webhook\"]");

        assertThat(settings.chain()).containsExactly("allowlist", "webhook");
        assertThat(settings.isDev()).isFalse();
    }

    @Test
    void inheritsTheReferencesSettingsKeyByKey() throws IOException {
        NodeSettings settings = settings(LEAST + """
                [core.auth_api.webhook]
                url = "http://theirs.test"
                timeout = "1s"
                [core.authorization.webhook]
                url = "http://ours.test"
                """);

        assertThat(settings.authorizationSettings())
                .containsEntry("webhook", Map.of("url", "http://ours.test", "timeout", "1s"));
    }

    @Test
    void givesTheWebhookItsDefaultAddress() throws IOException {
        assertThat(settings(LEAST).authorizationSettings())
                .containsEntry("webhook", Map.of("url", "http://auth-api:8000"));
    }

    @Test
    void warnsAboutATableThatNobodyReads() throws IOException {
        assertThat(settings(LEAST + """
                                core.auth_api.webhok.url = "http://auth.test"
                                core.authorization.allowlst.file = "/a"
                                core.attestation.tdx.pccs = "http://pccs.test"
                                """).warnings())
                .contains(
                        "[core.auth_api.webhok] has no effect: the chain is [\"webhook\"]",
                        "[core.authorization.allowlst] has no effect: the chain is [\"webhook\"]",
                        "[core.attestation.tdx] has no effect: \"tdx\" is neither accepted nor the attester");
    }

    // What is dangerous is refused or said.

    @Test
    void refusesUnpinnedPluginsOnANodeThatAttestsItself() throws IOException {
        assertRefused(LEAST + "core.plugins.trust = \"any\"")
                .hasMessageStartingWith("core.plugins.trust = \"any\" lets any archive");

        assertThat(settings(LEAST + "core.plugins.trust = \"any\"\ncore.plugins.insecure = true")
                        .warnings())
                .contains("core.plugins.trust = \"any\": every archive in the plugin folder is trusted with decisions");
        assertThat(settings("core.attestation.accept = [\"mock\"]\ncore.onboard.quote_enabled = false\n"
                                + "core.plugins.trust = \"any\"")
                        .warnings())
                .contains("core.plugins.trust = \"any\": every archive in the plugin folder is trusted with decisions");
    }

    @Test
    void readsPins() throws IOException {
        String digest = "0123456789abcdefABCDEF".repeat(3).substring(0, 64);

        assertThat(settings(LEAST + "core.plugins.pins.mock = \"" + digest + "\"")
                        .pins())
                .isEqualTo(Map.of("mock", digest));
    }

    @Test
    void warnsLoudlyAboutGivingRootKeysToAnyone() throws IOException {
        String handover = "core.attestation.accept = [\"mock\"]\ncore.onboard.quote_enabled = false\n"
                + "core.onboard.insecure_allow_unattested_handover = true";

        assertThat(settings(handover).warnings())
                .anyMatch(warning -> warning.startsWith("THIS NODE GIVES ITS ROOT KEYS TO ANYONE WHO ASKS"));
    }

    @ParameterizedTest
    @CsvSource({
        "core.audit.enabled = false, core.audit.enabled = false: no decision is recorded",
        "core.image.verify = false, core.image.verify = false: the OS image hash that authorizers see is what the guest"
                + " claims",
        "core.enforce_self_authorization = false, core.enforce_self_authorization = false: this node does not ask its"
                + " chain about itself",
    })
    void defect38WarnsAboutEachSwitchThatWeakensANode(String line, String warning) throws IOException {
        assertThat(settings(LEAST + line).warnings()).contains(warning);
    }

    @Test
    void refusesTlsFilesElsewhereThanInTheFolderOfCertificates() throws IOException {
        assertRefused(LEAST + "rpc.tls.key = \"/etc/ssl/rpc.key\"")
                .hasMessage("rpc.tls.key is /etc/ssl/rpc.key, but core.cert_dir makes it /etc/kms/certs/rpc.key."
                        + " Remove the key, or make both agree");
        assertThat(settings(LEAST + "rpc.tls.key = \"/etc/kms/x/../certs/rpc.key\"")
                        .files())
                .hasSize(1);
    }

    @Test
    void refusesToMakeClientCertificatesMandatory() throws IOException {
        assertRefused(LEAST + "rpc.tls.mutual.mandatory = true")
                .hasMessageStartingWith("rpc.tls.mutual.mandatory = true would lock out every guest");
    }

    private NodeSettings settings(String toml) throws IOException {
        return NodeSettings.from(tree(toml));
    }

    private ConfigurationTree tree(String toml) throws IOException {
        return new ConfigurationFiles(List.of()).read(Files.writeString(folder.resolve("kms.toml"), toml));
    }

    private AbstractThrowableAssert<?, ConfigurationException> assertRefused(String toml) throws IOException {
        ConfigurationTree tree = tree(toml);
        return assertThat(catchThrowableOfType(ConfigurationException.class, () -> NodeSettings.from(tree)));
    }

    private static Consumer<List<String>> inAnyOrder(String... problems) {
        return found -> assertThat(found).containsExactlyInAnyOrder(problems);
    }
}
