package dev.keywarden.plugin.tdx.attester;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywarden.attestation.EnvelopeCodec;
import dev.keywarden.spi.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A guest agent on a Unix socket, whose machine is one of the software TEE. */
public final class SoftwareAgent implements AutoCloseable {
    private static final Pattern REPORT_DATA = Pattern.compile("\"report_data\":\"([0-9a-f]+)\"");
    private static final String CONTENT_LENGTH = "content-length: ";

    private final SocketService service;

    /** @param socket where it listens */
    public SoftwareAgent(Path socket) throws IOException {
        service = new SocketService(socket, (in, out) -> {
            Matcher reportData = REPORT_DATA.matcher(readRequest(in));
            if (reportData.find()) {
                String answer = "{\"attestation\":\""
                        + EnvelopeCodec.encode(Quotes.envelope(Bytes.fromHex(reportData.group(1))))
                                .toHex()
                        + "\"}";
                out.write((head(answer.length()) + answer).getBytes(UTF_8));
            }
        });
    }

    static String readRequest(InputStream in) throws IOException {
        StringBuilder request = new StringBuilder();
        while (request.indexOf("\r\n\r\n") < 0) {
            request.append((char) in.read());
        }
        int start = request.indexOf(CONTENT_LENGTH) + CONTENT_LENGTH.length();
        int length = Integer.parseInt(request.substring(start, request.indexOf("\r", start)));
        return request.append(new String(in.readNBytes(length), UTF_8)).toString();
    }

    static String head(int length) {
        return "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n" + CONTENT_LENGTH + length + "\r\n\r\n";
    }

    @Override
    public void close() throws IOException {
        service.close();
    }
}
