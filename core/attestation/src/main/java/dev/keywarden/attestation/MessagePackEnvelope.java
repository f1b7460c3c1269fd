package dev.keywarden.attestation;

import dev.keywarden.spi.Attestation;
import dev.keywarden.spi.Bytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;

/**
 * The MessagePack form of the envelope, version 1 (wire protocol, section 5.4).
 *
 * <p>The trap of this format: plain byte vectors are arrays of integers, while digests and payloads are binary.
 */
final class MessagePackEnvelope {
    private static final String CONTEXT = "failed to decode attestation from msgpack";

    private MessagePackEnvelope() {}

    static AttestationEnvelope decode(byte[] bytes) {
        Decoder decoder = new Decoder(new MessagePackReader(bytes, CONTEXT));
        decoder.readEnvelope();
        if (decoder.in.remaining() > 0) {
            throw new EnvelopeException("trailing bytes after attestation msgpack: " + decoder.in.remaining());
        }
        return decoder.envelope();
    }

    /** Collects what the nested maps bring, in whatever order they bring it. */
    private static final class Decoder {
        final MessagePackReader in;
        private @Nullable Bytes quote;
        private @Nullable List<TdxEvent> eventLog;
        private @Nullable Bytes reportData;
        private @Nullable List<RuntimeEvent> runtimeEvents;
        private @Nullable String config;
        private @Nullable String reportDataPayload;
        private boolean versionSeen;

        Decoder(MessagePackReader in) {
            this.in = in;
        }

        void readEnvelope() {
            in.map(key -> {
                switch (key) {
                    case "version" -> readVersion();
                    case "platform" ->
                        readKind(kind -> {
                            requireTdx(kind);
                            readTdx();
                        });
                    case "stack" ->
                        readKind(kind -> {
                            require(
                                    kind.equals("dstack") || kind.equals("dstack-pod"),
                                    "unknown stack `" + MessagePackReader.shown(kind) + "`");
                            readStack();
                        });
                    default -> in.skip();
                }
            });
        }

        private void requireTdx(String kind) {
            Optional<Platform> platform = Platform.ofMessagePackKind(kind);
            require(platform.isPresent(), "unknown platform `" + MessagePackReader.shown(kind) + "`");
            platform.ifPresent(Platform::requireUnderstood);
        }

        private void readVersion() {
            long version = in.unsigned();
            require(version == 1, "unsupported attestation version " + version);
            versionSeen = true;
        }

        /** An enum is a map of {@code kind} and {@code data}, which the kind must precede. */
        private void readKind(Consumer<String> data) {
            String[] kind = new String[1];
            boolean[] dataSeen = new boolean[1];
            in.map(key -> {
                switch (key) {
                    case "kind" -> kind[0] = in.string();
                    case "data" -> {
                        require(kind[0] != null, "`data` without a `kind` before it");
                        data.accept(kind[0]);
                        dataSeen[0] = true;
                    }
                    default -> in.skip();
                }
            });
            require(dataSeen[0], "missing field `data`");
        }

        private void readTdx() {
            in.map(key -> {
                switch (key) {
                    case "quote" -> quote = in.bytes();
                    case "event_log" -> eventLog = in.list(AttestationEnvelope.MAX_EVENTS, this::readTdxEvent);
                    default -> in.skip();
                }
            });
        }

        private void readStack() {
            in.map(key -> {
                switch (key) {
                    case "report_data" -> reportData = in.bytes();
                    case "runtime_events" ->
                        runtimeEvents = in.list(AttestationEnvelope.MAX_EVENTS, this::readRuntimeEvent);
                    case "config" -> config = in.string();
                    case "report_data_payload" -> reportDataPayload = in.string();
                    default -> in.skip();
                }
            });
        }

        private TdxEvent readTdxEvent() {
            EventFields fields = new EventFields();
            in.map(key -> {
                switch (key) {
                    case "imr" -> fields.imr = in.unsigned();
                    case "event_type" -> fields.type = in.unsigned();
                    case "digest" -> fields.digest = in.bytes();
                    case "event_payload" -> fields.payload = in.bytes();
                    case "preimage" -> fields.preimage = in.skipNil() ? null : hex(in.string());
                    default -> readCommon(key, fields);
                }
            });
            return new TdxEvent(
                    present(fields.imr, "imr"),
                    present(fields.type, "event_type"),
                    present(fields.digest, "digest"),
                    present(fields.event, "event"),
                    present(fields.payload, "event_payload"),
                    fields.version,
                    fields.preimage);
        }

        private RuntimeEvent readRuntimeEvent() {
            EventFields fields = new EventFields();
            in.map(key -> {
                if (key.equals("payload")) {
                    fields.payload = in.bytes();
                } else {
                    readCommon(key, fields);
                }
            });
            return new RuntimeEvent(present(fields.event, "event"), present(fields.payload, "payload"), fields.version);
        }

        private void readCommon(String key, EventFields fields) {
            switch (key) {
                case "event" -> fields.event = in.string();
                case "version" -> {
                    long version = in.unsigned();
                    require(version == 1 || version == 2, "unsupported event version " + version);
                    fields.version = (int) version;
                }
                default -> in.skip();
            }
        }

        private Bytes hex(String text) {
            try {
                return Bytes.fromHex(text);
            } catch (IllegalArgumentException e) {
                throw in.malformed("preimage is not hex");
            }
        }

        AttestationEnvelope envelope() {
            require(versionSeen, "missing field `version`");
            Bytes data = present(reportData, "report_data");
            if (data.length() != Attestation.REPORT_DATA_BYTES) {
                throw new EnvelopeException("stack.report_data must be 64 bytes");
            }
            if (reportDataPayload != null && !data.equals(appData(reportDataPayload))) {
                throw new EnvelopeException("report_data does not match report_data_payload");
            }
            return new AttestationEnvelope(
                    present(quote, "quote"),
                    present(eventLog, "event_log"),
                    present(runtimeEvents, "runtime_events"),
                    data,
                    present(config, "config"));
        }

        private static Bytes appData(String payload) {
            return ReportData.appData(Bytes.of(payload.getBytes(StandardCharsets.UTF_8)));
        }

        private <T> T present(@Nullable T value, String field) {
            if (value == null) {
                throw in.malformed("missing field `" + field + "`");
            }
            return value;
        }

        private void require(boolean holds, String otherwise) {
            if (!holds) {
                throw in.malformed(otherwise);
            }
        }
    }

    /** The fields of one event while its map is read. */
    private static final class EventFields {
        private @Nullable Long imr;
        private @Nullable Long type;
        private @Nullable Bytes digest;
        private @Nullable String event;
        private @Nullable Bytes payload;
        private int version = 1;
        private @Nullable Bytes preimage;
    }

    static byte[] encode(AttestationEnvelope envelope) {
        try (MessageBufferPacker out = MessagePack.newDefaultBufferPacker()) {
            out.packMapHeader(3).packString("version").packInt(1);
            out.packString("platform").packMapHeader(2).packString("kind").packString(Platform.TDX.messagePackKind());
            out.packString("data").packMapHeader(2).packString("quote");
            packIntegers(out, envelope.quote());
            out.packString("event_log").packArrayHeader(envelope.eventLog().size());
            for (TdxEvent event : envelope.eventLog()) {
                packEvent(out, event);
            }
            out.packString("stack").packMapHeader(2).packString("kind").packString("dstack");
            out.packString("data").packMapHeader(3).packString("report_data");
            packIntegers(out, envelope.reportData());
            out.packString("runtime_events")
                    .packArrayHeader(envelope.runtimeEvents().size());
            for (RuntimeEvent event : envelope.runtimeEvents()) {
                packEvent(out, event);
            }
            out.packString("config").packString(envelope.config());
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory does not fail", e);
        }
    }

    private static void packEvent(MessageBufferPacker out, TdxEvent event) throws IOException {
        Bytes preimage = event.preimage();
        out.packMapHeader(5 + (event.version() == 1 ? 0 : 1) + (preimage == null ? 0 : 1));
        out.packString("imr").packLong(event.imr());
        out.packString("event_type").packLong(event.eventType());
        out.packString("digest");
        packBinary(out, event.digest());
        out.packString("event").packString(event.event());
        out.packString("event_payload");
        packBinary(out, event.payload());
        packVersion(out, event.version());
        if (preimage != null) {
            out.packString("preimage").packString(preimage.toHex());
        }
    }

    private static void packEvent(MessageBufferPacker out, RuntimeEvent event) throws IOException {
        out.packMapHeader(event.version() == 1 ? 2 : 3);
        out.packString("event").packString(event.event());
        out.packString("payload");
        packBinary(out, event.payload());
        packVersion(out, event.version());
    }

    private static void packVersion(MessageBufferPacker out, int version) throws IOException {
        if (version != 1) {
            out.packString("version").packInt(version);
        }
    }

    private static void packBinary(MessageBufferPacker out, Bytes value) throws IOException {
        out.packBinaryHeader(value.length()).writePayload(value.toArray());
    }

    private static void packIntegers(MessageBufferPacker out, Bytes value) throws IOException {
        out.packArrayHeader(value.length());
        for (byte element : value.toArray()) {
            out.packInt(Byte.toUnsignedInt(element));
        }
    }
}
