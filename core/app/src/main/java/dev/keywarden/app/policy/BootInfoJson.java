package dev.keywarden.app.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.keywarden.spi.BootInfo;
import dev.keywarden.spi.Bytes;
import java.util.ArrayList;
import java.util.List;

/** Boot info in the two spellings it comes in: {@code snake_case} in questions, {@code camelCase} in records. */
final class BootInfoJson {
    private BootInfoJson() {}

    static ObjectNode write(BootInfo info, ObjectNode into) {
        into.put("attestation_mode", info.attestationMode());
        into.put("mr_aggregated", info.mrAggregated().toHex());
        into.put("mr_system", info.mrSystem().toHex());
        into.put("os_image_hash", info.osImageHash().toHex());
        into.put("app_id", info.appId().toHex());
        into.put("compose_hash", info.composeHash().toHex());
        into.put("instance_id", info.instanceId().toHex());
        into.put("device_id", info.deviceId().toHex());
        into.put("key_provider_info", info.keyProviderInfo().toHex());
        into.put("tcb_status", info.tcbStatus());
        ArrayNode advisories = into.putArray("advisory_ids");
        info.advisoryIds().forEach(advisories::add);
        return into;
    }

    static BootInfo read(JsonNode node, String name) {
        try {
            List<String> advisories = new ArrayList<>();
            field(node, "advisory_ids").forEach(id -> advisories.add(id.asText()));
            return new BootInfo(
                    field(node, "attestation_mode").asText(),
                    hex(node, "mr_aggregated"),
                    hex(node, "mr_system"),
                    hex(node, "os_image_hash"),
                    hex(node, "app_id"),
                    hex(node, "compose_hash"),
                    hex(node, "instance_id"),
                    hex(node, "device_id"),
                    hex(node, "key_provider_info"),
                    field(node, "tcb_status").asText(),
                    advisories);
        } catch (IllegalArgumentException e) {
            throw new PolicyFailure(name + ": the boot info can't be used: " + e.getMessage(), e);
        }
    }

    private static Bytes hex(JsonNode node, String field) {
        String text = field(node, field).asText();
        return Bytes.fromHex(text.startsWith("0x") ? text.substring(2) : text);
    }

    private static JsonNode field(JsonNode node, String snake) {
        if (node.has(snake)) {
            return node.get(snake);
        }
        StringBuilder camel = new StringBuilder();
        for (String part : snake.split("_", -1)) {
            camel.append(camel.isEmpty() ? part : Character.toUpperCase(part.charAt(0)) + part.substring(1));
        }
        if (node.has(camel.toString())) {
            return node.get(camel.toString());
        }
        throw new IllegalArgumentException(snake + " is missing");
    }
}
