package dev.keywarden.plugin.onchain;

import dev.keywarden.plugin.onchain.rpc.Address;
import dev.keywarden.plugin.onchain.rpc.Hex;
import dev.keywarden.plugin.onchain.rpc.ProviderFault;
import dev.keywarden.spi.Bytes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Transactions that somebody thinks of sending, in order.
 *
 * @param calls at least one
 */
record Proposal(List<Call> calls) {
    /**
     * One of them.
     *
     * @param from who would send it, or {@code null} for the owner of the contract it goes to
     */
    record Call(@Nullable Address from, Address to, Bytes data) {}

    Proposal {
        calls = List.copyOf(calls);
        if (calls.isEmpty()) {
            throw new IllegalArgumentException("there is no transaction in it");
        }
    }

    /**
     * Reads one transaction ({@code to}, {@code data}, perhaps {@code from} or {@code safe}), a list of them, or a file of Safe's
     * transaction builder, whose {@code transactions} are sent by {@code meta.createdFromSafeAddress}.
     *
     * @throws IllegalArgumentException saying what is missing
     */
    static Proposal read(JsonNode text) {
        List<Call> calls = new ArrayList<>();
        String safe = text.path("meta").path("createdFromSafeAddress").asString("");
        JsonNode list = text.isArray() ? text : text.path("transactions");
        if (list.isArray()) {
            list.forEach(one -> calls.add(call(one, safe)));
        } else {
            calls.add(call(text, safe));
        }
        return new Proposal(calls);
    }

    private static Call call(JsonNode one, String safe) {
        String from = one.path("from").asString(one.path("safe").asString(safe));
        try {
            return new Call(
                    from.isEmpty() ? null : address("from", from),
                    address("to", one.path("to").asString("")),
                    Hex.bytes("data", one.path("data").asString("")));
        } catch (ProviderFault e) {
            throw new IllegalArgumentException("data must be 0x and an even number of hex digits", e);
        }
    }

    private static Address address(String field, String text) {
        try {
            return Address.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(field + " " + e.getMessage(), e);
        }
    }
}
