package dev.keywarden.attestation;

import dev.keywarden.spi.BootInfo;
import dev.keywarden.spi.Bytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;

/**
 * The app-info extension of certificates (wire protocol, section 7.3): written as an array of eight, read as an array of
 * eight or nine, or as a map.
 *
 * @param appId as in boot info, as are all others
 */
public record AppInfo(
        Bytes appId,
        Bytes composeHash,
        Bytes instanceId,
        Bytes deviceId,
        Bytes mrSystem,
        Bytes mrAggregated,
        Bytes osImageHash,
        Bytes keyProviderInfo) {
    private static final List<String> FIELDS = List.of(
            "app_id",
            "compose_hash",
            "instance_id",
            "device_id",
            "mr_system",
            "mr_aggregated",
            "os_image_hash",
            "key_provider_info");

    /** What was verified of an application, and nothing that it only claims (section 14, defect 28). */
    public static AppInfo of(BootInfo verified) {
        return new AppInfo(
                verified.appId(),
                verified.composeHash(),
                verified.instanceId(),
                verified.deviceId(),
                verified.mrSystem(),
                verified.mrAggregated(),
                verified.osImageHash(),
                verified.keyProviderInfo());
    }

    /**
     * Reads any of the three forms.
     *
     * @throws EnvelopeException if it is of no known form
     */
    public static AppInfo parse(Bytes messagePack) {
        MessagePackReader in = new MessagePackReader(messagePack.toArray(), "msgpack");
        AppInfo info = in.nextIsMap() ? fromMap(in) : fromArray(in);
        if (in.remaining() > 0) {
            throw in.malformed("trailing bytes after app info: " + in.remaining());
        }
        return info;
    }

    private static AppInfo fromMap(MessagePackReader in) {
        Map<String, Bytes> values = new HashMap<>();
        in.map(key -> {
            if (FIELDS.contains(key)) {
                values.put(key, in.bytes());
            } else {
                in.skip();
            }
        });
        List<Bytes> ordered = new ArrayList<>();
        for (String field : FIELDS) {
            Bytes value = values.get(field);
            if (value == null) {
                throw in.malformed("missing field `" + field + "`");
            }
            ordered.add(value);
        }
        return of(ordered);
    }

    private static AppInfo fromArray(MessagePackReader in) {
        int size = in.arraySize();
        if (size != FIELDS.size() && size != FIELDS.size() + 1) {
            throw in.malformed("app info of " + size + " elements");
        }
        List<Bytes> ordered = new ArrayList<>();
        for (int i = 0; i < FIELDS.size(); i++) {
            ordered.add(in.bytes());
        }
        if (size > FIELDS.size()) {
            in.skip();
        }
        return of(ordered);
    }

    private static AppInfo of(List<Bytes> values) {
        return new AppInfo(
                values.get(0),
                values.get(1),
                values.get(2),
                values.get(3),
                values.get(4),
                values.get(5),
                values.get(6),
                values.get(7));
    }

    /** The array of eight that every reader understands. */
    public Bytes encode() {
        try (MessageBufferPacker out = MessagePack.newDefaultBufferPacker()) {
            List<Bytes> values = List.of(
                    appId, composeHash, instanceId, deviceId, mrSystem, mrAggregated, osImageHash, keyProviderInfo);
            out.packArrayHeader(values.size());
            for (Bytes value : values) {
                out.packBinaryHeader(value.length()).writePayload(value.toArray());
            }
            return Bytes.of(out.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory does not fail", e);
        }
    }
}
