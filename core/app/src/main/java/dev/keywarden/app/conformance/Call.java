package dev.keywarden.app.conformance;

import com.google.protobuf.Message;
import dev.keywarden.rpc.JsonCodec;
import dev.keywarden.rpc.ProtobufCodec;
import dev.keywarden.rpc.RpcException;
import dev.keywarden.rpc.WireProbe;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;

/** The ways to put a question to a listener. */
final class Call {
    private static final byte[] NOTHING = {};
    private static final Map<String, String> PLAIN = Map.of();

    private Call() {}

    /** As the protocol's own clients ask: POST, {@code ?json}, no content type. */
    static WireProbe.Reply json(WireProbe probe, String method, String body) {
        return probe.send("POST", "/prpc/" + method + "?json", PLAIN, body.getBytes(StandardCharsets.UTF_8));
    }

    static WireProbe.Reply typed(WireProbe probe, String method, String contentType, String body) {
        return probe.send(
                "POST", "/prpc/" + method, Map.of("Content-Type", contentType), body.getBytes(StandardCharsets.UTF_8));
    }

    static WireProbe.Reply protobuf(WireProbe probe, String method, String hex) {
        return probe.send("POST", "/prpc/" + method, PLAIN, HexFormat.of().parseHex(hex));
    }

    static WireProbe.Reply get(WireProbe probe, String path) {
        return probe.send("GET", path, PLAIN, NOTHING);
    }

    /** Status 200 in JSON, and a message. */
    static <T extends Message> T answered(WireProbe.Reply reply, T prototype) {
        Check.require("status", 200, reply.status());
        Check.require("content type", "application/json", reply.header("content-type"));
        try {
            return JsonCodec.of(prototype).decode(reply.body());
        } catch (RpcException e) {
            throw new Check.Difference("the body is not the expected message: " + e.text());
        }
    }

    /** Status 200 in protobuf, and a message. */
    static <T extends Message> T answeredInProtobuf(WireProbe.Reply reply, T prototype) {
        Check.require("status", 200, reply.status());
        Check.require("content type", "application/octet-stream", reply.header("content-type"));
        try {
            return ProtobufCodec.of(prototype).decode(reply.body());
        } catch (RpcException e) {
            throw new Check.Difference("the body is not the expected message: " + e.text());
        }
    }

    /** Status 400 and an error body in JSON to the byte, whose text begins as given; revisions differ in case. */
    static void refused(WireProbe.Reply reply, String beginning) {
        Check.require("status", 400, reply.status());
        Check.require("content type", "application/json", reply.header("content-type"));
        String body = reply.text();
        Check.requireThat("error body", body.startsWith("{\n  \"error\": \"") && body.endsWith("\"\n}"), body);
        String text = body.substring("{\n  \"error\": \"".length(), body.length() - "\"\n}".length());
        Check.requireThat(
                "error text, which should begin with \"" + beginning + "\"",
                text.regionMatches(true, 0, beginning, 0, beginning.length()),
                text);
    }
}
