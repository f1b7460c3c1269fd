package dev.keywarden.plugin.tdx.attester;

import static dev.keywarden.plugin.tdx.attester.Quotes.REPORT_DATA;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.keywarden.attestation.AttestationEnvelope;
import dev.keywarden.attestation.EnvelopeCodec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GuestAgentSourceTest {
    private static final AttestationEnvelope ENVELOPE = Quotes.envelope(REPORT_DATA);
    private static final String ANSWER =
            "{\"attestation\":\"" + EnvelopeCodec.encode(ENVELOPE).toHex() + "\"}";

    private final List<String> requests = new CopyOnWriteArrayList<>();

    private final Path folder;

    GuestAgentSourceTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void takesTheWholeEvidence() throws Exception {
        try (SocketService agent = answering(SoftwareAgent.head(ANSWER.length()) + ANSWER)) {
            assertThat(source(agent).attest(REPORT_DATA)).isEqualTo(ENVELOPE);
        }
        assertThat(requests)
                .singleElement()
                .asString()
                .startsWith("POST /Attest?json HTTP/1.1\r\n")
                .endsWith("{\"report_data\":\"" + REPORT_DATA.toHex() + "\"}");
    }

    @Test
    void takesChunksAndAnswersThatEndWithTheConnection() throws Exception {
        String chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n" + Integer.toHexString(ANSWER.length())
                + "\r\n" + ANSWER + "\r\n0\r\n\r\n";
        try (SocketService agent = answering(chunked)) {
            assertThat(source(agent).attest(REPORT_DATA)).isEqualTo(ENVELOPE);
        }
        try (SocketService agent = answering("HTTP/1.1 200 OK\r\n\r\n" + ANSWER)) {
            assertThat(source(agent).attest(REPORT_DATA)).isEqualTo(ENVELOPE);
        }
    }

    @Test
    void asksOlderAgentsForTheConfiguration() throws Exception {
        AttestationEnvelope bare = new AttestationEnvelope(
                ENVELOPE.quote(), ENVELOPE.eventLog(), ENVELOPE.runtimeEvents(), ENVELOPE.reportData(), "");
        String attestation = "{\"attestation\":\"" + EnvelopeCodec.encode(bare).toHex() + "\"}";
        String info = "{\"app_id\":\"\",\"vm_config\":\"{\\\"os_image_hash\\\":\\\"ab\\\"}\"}";
        try (SocketService agent = answering(
                SoftwareAgent.head(attestation.length()) + attestation, SoftwareAgent.head(info.length()) + info)) {
            assertThat(source(agent).attest(REPORT_DATA).config()).isEqualTo("{\"os_image_hash\":\"ab\"}");
        }
        assertThat(requests.getLast()).startsWith("POST /Info?json ").endsWith("null");
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "HTTP/1.1 404 Not Found~~|Invalid status code: 404, path=Attest?json",
                "HTTP/1.1 500 Oops~content-length: 0~~|Invalid status code: 500",
                "SSH-2.0-OpenSSH_9.2~|does not answer with HTTP",
                "HTTP/1.1 200 OK~content-length: 400~~{\"attestation|agent",
                "HTTP/1.1 200 OK~~[]|not a JSON object",
                "HTTP/1.1 200 OK~~{}|attestation can't be read",
                "HTTP/1.1 200 OK~~{\"attestation\":\"xx\"}|not hex",
                "HTTP/1.1 200 OK~~{\"attestation\":\"0042\"}|attestation can't be read"
            })
    void saysWhatWentWrong(String answer, String words) throws Exception {
        try (SocketService agent = answering(answer.replace("~", "\r\n"))) {
            assertFails(source(agent), words);
        }
    }

    @Test
    void saysThatTheAgentSaidNothing() throws Exception {
        try (SocketService agent = answering("")) {
            assertFails(source(agent), "without an answer");
        }
    }

    @Test
    void readsNoAnswerWithoutEnd() throws Exception {
        try (SocketService agent = new SocketService(folder.resolve("agent.sock"), (in, out) -> {
            SoftwareAgent.readRequest(in);
            out.write("HTTP/1.1 200 OK\r\n\r\n{\"attestation\":\"".getBytes(UTF_8));
            byte[] zeros = "0".repeat(64 * 1024).getBytes(UTF_8);
            while (true) {
                out.write(zeros);
            }
        })) {
            assertFails(source(agent), "more than 1048576 bytes");
        }
    }

    @Test
    void isAbsentWithoutItsSocket() {
        GuestAgentSource absent =
                new GuestAgentSource(new WireAddress.Unix(folder.resolve("none.sock")), () -> LinuxCalls.of("c"));

        assertThat(absent.absence()).contains("there is no socket " + folder.resolve("none.sock"));
    }

    /** One answer a connection; the last one is for all that follow. */
    private SocketService answering(String... answers) throws IOException {
        Path socket = folder.resolve("agent" + System.nanoTime() + ".sock");
        return new SocketService(socket, (in, out) -> {
            requests.add(SoftwareAgent.readRequest(in));
            out.write(answers[Math.min(requests.size(), answers.length) - 1].getBytes(UTF_8));
        });
    }

    private static GuestAgentSource source(SocketService agent) {
        return new GuestAgentSource(agent.address(), () -> LinuxCalls.of("c"));
    }

    private static void assertFails(GuestAgentSource source, String words) {
        assertThatExceptionOfType(AttesterException.class)
                .isThrownBy(() -> source.attest(REPORT_DATA))
                .withMessageContaining(words)
                .satisfies(e -> assertThat(e.code()).isEqualTo(AttesterCode.ATTESTER_FAILED));
    }
}
