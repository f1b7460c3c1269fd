package dev.keywarden.app.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The fields of {@code docs/decision-records.md}. */
final class DecisionRecordJsonTest {
    private final DecisionRecordJson json = new DecisionRecordJson("0123456789abcdef");
    private final ObjectMapper reader = new ObjectMapper();

    /** The whole line, so that a field that is added must be added here, and to the page, on purpose. */
    @Test
    void writesEveryFieldAndNothingElse() throws IOException {
        assertThat(reader.readTree(json.line(Records.allowed("request-1"), 7))).isEqualTo(reader.readTree("""
                        {
                          "v": 1,
                          "node": "0123456789abcdef",
                          "seq": 7,
                          "time": "2026-01-02T03:04:05.678Z",
                          "request_id": "request-1",
                          "gate": "rpc",
                          "method": "GetAppKey",
                          "subject": "app",
                          "outcome": "allow",
                          "reason": "",
                          "untrusted_remote": "192.0.2.1:4711",
                          "verifier": "tdx",
                          "evidence_sha256": "%s",
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
                          "answers": [
                            {
                              "authorizer": "allowlist",
                              "outcome": "allow",
                              "reasons": [{"code": "allowlist.listed", "message": "It is on the \\"list\\".\\n"}],
                              "evidence": {"file_sha256": "99"},
                              "elapsed_us": 1234
                            }
                          ],
                          "generation": 3,
                          "plugin_set": "bb"
                        }
                        """.formatted(
                        "aa".repeat(32),
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
        JsonNode written = reader.readTree(json.line(Records.refused("request-2", "No attestation provided"), 0));

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
        byte[] line = json.line(Records.refused(text, text), 0);

        assertThat(new String(line, StandardCharsets.UTF_8)).endsWith("}\n").containsOnlyOnce("\n");
        assertThat(reader.readTree(line).get("seq").asLong()).isZero();
    }
}
