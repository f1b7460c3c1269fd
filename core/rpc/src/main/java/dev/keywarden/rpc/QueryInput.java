package dev.keywarden.rpc;

import com.google.protobuf.Message;
import java.nio.charset.CharacterCodingException;
import java.util.BitSet;

/** Reads a message from a query string. */
final class QueryInput {
    private QueryInput() {}

    static Message.Builder read(String query, MessagePlan plan, Message.Builder builder) {
        BitSet seen = new BitSet();
        QueryString.forEachPair(query, (key, value) -> {
            MessagePlan.Field field = plan.field(decoded(key));
            if (field == null) {
                return;
            }
            if (seen.get(field.index())) {
                throw new RpcException("Multiple values for one key: \"" + field.name() + "\"");
            }
            seen.set(field.index());
            builder.setField(field.descriptor(), parse(field, decoded(value)));
        });
        return builder;
    }

    private static String decoded(String encoded) {
        try {
            return QueryString.decode(encoded);
        } catch (CharacterCodingException e) {
            throw new RpcException("the query string is not UTF-8", e);
        }
    }

    private static Object parse(MessagePlan.Field field, String value) {
        if (field.repeated()) {
            throw notInQuery(field);
        }
        return switch (field.kind()) {
            case STRING -> value;
            case BYTES -> HexText.parse(value);
            case UINT32, UINT64 -> number(field.kind(), value);
            case BOOL -> bool(value);
            case MESSAGE -> throw notInQuery(field);
        };
    }

    private static Object number(MessagePlan.Kind kind, String value) {
        if (value.isEmpty()) {
            throw new RpcException("cannot parse integer from empty string");
        }
        if (!FieldText.isDigits(value)) {
            throw new RpcException("invalid digit found in string");
        }
        return FieldText.unsigned(kind, value);
    }

    private static boolean bool(String value) {
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new RpcException("provided string was not `true` or `false`");
        };
    }

    private static RpcException notInQuery(MessagePlan.Field field) {
        return new RpcException("field `" + field.name() + "` can't be given in a query string; use POST");
    }
}
