package dev.keywarden.app.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The fields of {@code docs/decision-records.md}. */
final class RecordBodyTest {
    private final RecordBody body = new RecordBody("0123456789abcdef");
    private final ObjectMapper reader = new ObjectMapper();

    /** The whole line, so that a field that is added must be added here, and to the page, on purpose. */
    @Test
    void writesEveryFieldAndNothingElse() throws IOException {
        assertThat(reader.readTree(line(Records.allowed("request-1")))).isEqualTo(reader.readTree("""
                        {
                          "v": 2,
                          "log": "00112233aabbccdd",
                          "seq": 7,
                          "prev": "%s",
                          "time": "2026-01-02T03:04:05.678Z",
                          "node": "0123456789abcdef",
                          "kind": "decision",
                          "request_id": "request-1",
                          "gate": "rpc",
                          "method": "GetAppKey",
                          "subject": "app",
                          "outcome": "allow",
                          "reason": "",
                          "untrusted_remote": "192.0.2.1:4711",
                          "verifier": "tdx",
                          "evidence_sha256": "%s",
                          "vm_config_sha256": "%s",
                          "measured_until": "boot",
                          "boot_info": {
                            "attestationMode": "dstack-tdx",
                            "mrAggregated": "%s",
                            "osImageHash": "%s",
                            "mrSystem": "%s",
                            "appId": "%s",
                            "composeHash": "%s",
                            "instanceId": "%s",
                            "deviceId": "%s",
                            "keyProviderInfo": "888888",
                            "tcbStatus": "UpToDate",
                            "advisoryIds": ["INTEL-SA-00001", "INTEL-SA-00002"]
                          },
                          "claims": [{"name": "fmspc", "value": "00906ed50000", "binding": "hardware"}],
                          "gateway_app_id": "any",
                          "answers": [
                            {
                              "authorizer": "allowlist",
                              "outcome": "allow",
                              "reasons": [{"code": "allowlist.listed", "message": "It is on the \\"list\\".\\n"}],
                              "evidence": {"file_sha256": "99"},
                              "elapsed_us": 1234
                            }
                          ],
                          "chain": ["allowlist", "rego"],
                          "combine": "all",
                          "generation": 3,
                          "plugin_set": "bb"
                        }
                        """.formatted(
                        "cc".repeat(32),
                        "aa".repeat(32),
                        "ab".repeat(32),
                        "11".repeat(32),
                        "33".repeat(32),
                        "22".repeat(32),
                        "44".repeat(20),
                        "55".repeat(32),
                        "66".repeat(20),
                        "77".repeat(32))));
    }

    @Test
    void writesNullForWhatThereWasNot() throws IOException {
        JsonNode written = reader.readTree(line(Records.refused("request-2", "No attestation provided")));

        assertThat(written.get("outcome").asText()).isEqualTo("deny");
        assertThat(written.get("gate").asText()).isEqualTo("onboard");
        assertThat(written.get("subject").asText()).isEqualTo("peer_kms");
        assertThat(written.get("reason").asText()).isEqualTo("No attestation provided");
        assertThat(written.get("untrusted_remote").isNull()).isTrue();
        assertThat(written.get("verifier").isNull()).isTrue();
        assertThat(written.get("evidence_sha256").isNull()).isTrue();
        assertThat(written.get("boot_info").isNull()).isTrue();
        assertThat(written.get("answers")).isEmpty();
    }

    /** A forged line would be a forged decision. */
    @ParameterizedTest
    @ValueSource(strings = {"\n{\"v\":1}\n", "\r\n", "\"", "\\", "\u0000", "\u2028", "\ud83d\ude00", "\ud800"})
    void keepsAnyTextOnOneLine(String text) throws IOException {
        byte[] line = line(Records.refused(text, text));

        assertThat(new String(line, StandardCharsets.UTF_8)).endsWith("}").doesNotContain("\n");
        assertThat(reader.readTree(line).get("seq").asLong()).isEqualTo(7);
    }

    @Test
    void writesAdministrativeActsShadowsAndWhatHappenedToTheLog() throws IOException {
        Instant time = Instant.parse("2026-01-02T03:04:05Z");
        JsonNode act = reader.readTree(line(
                new AdministrativeRecord(time, "r", "Reload", "refused", "no archive", "user ann", "127.0.0.1:1")));
        JsonNode tally =
                reader.readTree(line(new ShadowRecord(time, "rego", 2, null, new ShadowRecord.Tally(10, 3, 1))));
        JsonNode event = reader.readTree(line(new LogRecord(time, "repaired", "cut off")));

        assertThat(act.get("kind").asText()).isEqualTo("admin");
        assertThat(act.get("act").asText()).isEqualTo("Reload");
        assertThat(act.get("user").asText()).isEqualTo("user ann");
        assertThat(act.get("outcome").asText()).isEqualTo("refused");
        assertThat(tally.get("kind").asText()).isEqualTo("shadow_tally");
        assertThat(tally.get("differed").asLong()).isEqualTo(3);
        assertThat(event.get("kind").asText()).isEqualTo("log");
        assertThat(event.get("event").asText()).isEqualTo("repaired");
    }

    private byte[] line(AuditRecord record) {
        return new RecordLine("00112233aabbccdd", 7, "cc".repeat(32)).with(body.of(record));
    }
}
