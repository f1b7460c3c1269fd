package dev.keywarden.host;

import dev.keywarden.spi.Attestation;
import dev.keywarden.spi.AuthorityInfo;
import dev.keywarden.spi.AuthorizationRequest;
import dev.keywarden.spi.BootInfo;
import dev.keywarden.spi.Bytes;
import dev.keywarden.spi.Decision;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes what passes between a node and an isolated authorizer. Text is written as it is in memory, two bytes a character:
 * a machine may claim text that no encoding knows, and must meet the same policy on either side.
 */
final class SpiWriter {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
    private final DataOutputStream out = new DataOutputStream(bytes);

    byte[] toBytes() {
        return bytes.toByteArray();
    }

    private interface Write {
        void to(DataOutputStream out) throws IOException;
    }

    private SpiWriter put(Write write) {
        try {
            write.to(out);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException("memory can always be written to", e);
        }
    }

    SpiWriter number(long value) {
        return put(out -> out.writeLong(value));
    }

    SpiWriter count(int value) {
        return put(out -> out.writeInt(value));
    }

    SpiWriter text(String value) {
        return put(out -> {
            out.writeInt(value.length());
            out.writeChars(value);
        });
    }

    SpiWriter optional(@Nullable String value) {
        put(out -> out.writeBoolean(value != null));
        return value == null ? this : text(value);
    }

    SpiWriter bytes(byte[] value) {
        return put(out -> {
            out.writeInt(value.length);
            out.write(value);
        });
    }

    SpiWriter bytes(Bytes value) {
        return bytes(value.toArray());
    }

    SpiWriter time(Instant value) {
        return number(value.getEpochSecond()).count(value.getNano());
    }

    SpiWriter texts(List<String> values) {
        count(values.size());
        values.forEach(this::text);
        return this;
    }

    SpiWriter texts(Map<String, String> values) {
        count(values.size());
        values.forEach((key, value) -> text(key).text(value));
        return this;
    }

    SpiWriter files(Map<String, byte[]> files) {
        count(files.size());
        files.forEach((name, content) -> text(name).bytes(content));
        return this;
    }

    /** A tree of settings: tables, lists, text, switches, numbers. */
    SpiWriter tree(@Nullable Object node) {
        switch (node) {
            case Map<?, ?> table -> {
                text("table").count(table.size());
                table.forEach((key, value) -> text(String.valueOf(key)).tree(value));
            }
            case List<?> list -> {
                text("list").count(list.size());
                list.forEach(this::tree);
            }
            case Boolean flag -> text("flag").number(flag ? 1 : 0);
            case Integer number -> text("int").number(number);
            case Long number -> text("long").number(number);
            case Double number -> text("double").number(Double.doubleToRawLongBits(number));
            case null -> text("null");
            default -> text("text").text(node.toString());
        }
        return this;
    }

    SpiWriter request(AuthorizationRequest request) {
        text(request.gate().name())
                .text(request.method())
                .text(request.subject().name());
        bootInfo(request.bootInfo());
        text(request.verifier());
        count(request.claims().size());
        for (Attestation.Claim claim : request.claims()) {
            text(claim.name()).text(claim.value()).text(claim.binding().name());
        }
        return text(request.requestId()).time(request.time()).time(request.deadline());
    }

    private void bootInfo(BootInfo info) {
        text(info.attestationMode())
                .bytes(info.mrAggregated())
                .bytes(info.mrSystem())
                .bytes(info.osImageHash())
                .bytes(info.appId())
                .bytes(info.composeHash())
                .bytes(info.instanceId())
                .bytes(info.deviceId())
                .bytes(info.keyProviderInfo())
                .text(info.tcbStatus())
                .texts(info.advisoryIds());
    }

    SpiWriter decision(Decision decision) {
        return switch (decision) {
            case Decision.Allow allow ->
                text("allow")
                        .optional(allow.gatewayAppId())
                        .reasons(List.of(allow.reason()))
                        .texts(allow.evidence());
            case Decision.Deny deny -> text("deny").reasons(deny.reasons()).texts(deny.evidence());
            case Decision.Abstain abstain -> text("abstain").reasons(List.of(abstain.reason()));
        };
    }

    private SpiWriter reasons(List<Decision.Reason> reasons) {
        count(reasons.size());
        reasons.forEach(reason -> text(reason.code()).text(reason.message()));
        return this;
    }

    SpiWriter authority(AuthorityInfo info) {
        Long chain = info.chainId();
        return optional(info.gatewayAppId())
                .optional(info.kmsContractAddress())
                .optional(chain == null ? null : chain.toString())
                .optional(info.appImplementation());
    }
}
