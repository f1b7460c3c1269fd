package dev.keywarden.host;

import dev.keywarden.spi.Attestation;
import dev.keywarden.spi.AuthorityInfo;
import dev.keywarden.spi.AuthorizationRequest;
import dev.keywarden.spi.BootInfo;
import dev.keywarden.spi.Bytes;
import dev.keywarden.spi.Decision;
import dev.keywarden.spi.Gate;
import dev.keywarden.spi.Subject;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads what {@link SpiWriter} writes, and takes nothing on trust: lengths are those of what is there. */
final class SpiReader {
    private final ByteBuffer in;

    private SpiReader(byte[] payload) {
        this.in = ByteBuffer.wrap(payload);
    }

    /**
     * Reads a payload to its end.
     *
     * @throws IllegalArgumentException if it is anything else than what is read
     */
    static <T> T read(byte[] payload, Function<SpiReader, T> body) {
        SpiReader reader = new SpiReader(payload);
        try {
            T value = body.apply(reader);
            if (reader.in.hasRemaining()) {
                throw new IllegalArgumentException("more came than belongs there");
            }
            return value;
        } catch (BufferUnderflowException | DateTimeException | NullPointerException e) {
            throw new IllegalArgumentException("what came is malformed", e);
        }
    }

    long number() {
        return in.getLong();
    }

    int count() {
        int count = in.getInt();
        if (count < 0 || count > in.remaining()) {
            throw new BufferUnderflowException();
        }
        return count;
    }

    String text() {
        int length = count();
        if (2L * length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        char[] characters = new char[length];
        in.asCharBuffer().get(characters);
        in.position(in.position() + 2 * length);
        return new String(characters);
    }

    @Nullable String optional() {
        return flag() ? text() : null;
    }

    private boolean flag() {
        return in.get() != 0;
    }

    byte[] content() {
        byte[] content = new byte[count()];
        in.get(content);
        return content;
    }

    private Bytes bytes() {
        return Bytes.of(content());
    }

    private Instant time() {
        long seconds = number();
        int nanos = in.getInt();
        return Instant.ofEpochSecond(seconds, nanos);
    }

    private <T> List<T> list(Supplier<T> element) {
        List<T> list = new ArrayList<>();
        for (int left = count(); left > 0; left--) {
            list.add(element.get());
        }
        return list;
    }

    private <T> Map<String, T> table(Supplier<T> value) {
        Map<String, T> table = new LinkedHashMap<>();
        for (int left = count(); left > 0; left--) {
            table.put(text(), value.get());
        }
        return table;
    }

    Map<String, byte[]> files() {
        return table(this::content);
    }

    /** The root of a tree of settings. */
    @SuppressWarnings("unchecked") // tables are read with text as keys
    Map<String, Object> settings() {
        Object tree = tree();
        if (tree instanceof Map<?, ?> table) {
            return (Map<String, Object>) table;
        }
        throw new IllegalArgumentException("settings are a table");
    }

    private @Nullable Object tree() {
        String kind = text();
        return switch (kind) {
            case "table" -> nullable();
            case "list" -> elements();
            case "flag" -> number() != 0;
            case "int" -> (int) number();
            case "long" -> number();
            case "double" -> Double.longBitsToDouble(number());
            case "text" -> text();
            case "null" -> null;
            default -> throw new IllegalArgumentException("no settings are of the kind " + kind);
        };
    }

    private Map<String, @Nullable Object> nullable() {
        Map<String, @Nullable Object> table = new LinkedHashMap<>();
        for (int left = count(); left > 0; left--) {
            table.put(text(), tree());
        }
        return table;
    }

    private List<@Nullable Object> elements() {
        List<@Nullable Object> list = new ArrayList<>();
        for (int left = count(); left > 0; left--) {
            list.add(tree());
        }
        return list;
    }

    AuthorizationRequest request() {
        return new AuthorizationRequest(
                Gate.valueOf(text()),
                text(),
                Subject.valueOf(text()),
                bootInfo(),
                text(),
                list(() -> new Attestation.Claim(text(), text(), Attestation.Binding.valueOf(text()))),
                text(),
                time(),
                time());
    }

    private BootInfo bootInfo() {
        return new BootInfo(
                text(),
                bytes(),
                bytes(),
                bytes(),
                bytes(),
                bytes(),
                bytes(),
                bytes(),
                bytes(),
                text(),
                list(this::text));
    }

    Decision decision() {
        String kind = text();
        return switch (kind) {
            case "allow" -> {
                String gateway = optional();
                yield new Decision.Allow(gateway, reasons().getFirst(), table(this::text));
            }
            case "deny" -> new Decision.Deny(reasons(), table(this::text));
            case "abstain" -> new Decision.Abstain(reasons().getFirst());
            default -> throw new IllegalArgumentException("no decision is of the kind " + kind);
        };
    }

    private List<Decision.Reason> reasons() {
        List<Decision.Reason> reasons = list(() -> new Decision.Reason(text(), text()));
        if (reasons.isEmpty()) {
            throw new IllegalArgumentException("a decision has a reason");
        }
        return reasons;
    }

    AuthorityInfo authority() {
        String gateway = optional();
        String contract = optional();
        String chain = optional();
        return new AuthorityInfo(gateway, contract, chain == null ? null : Long.valueOf(chain), optional());
    }
}
