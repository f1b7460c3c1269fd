package dev.keywarden.app.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.keywarden.spi.BootInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Stream;

/** Machines that asked this node, by its decision records, and machines that a person describes. */
final class KnownMachines {
    private static final ObjectMapper JSON = JsonMapper.builder().build();

    private KnownMachines() {}

    /** A list of {@code {"kms": ..., "machine": {...}}}, each machine once. */
    static String recorded(Path records) {
        Set<ObjectNode> machines = new LinkedHashSet<>();
        if (Files.exists(records)) {
            try (Stream<String> lines = Files.lines(records, StandardCharsets.UTF_8)) {
                lines.filter(line -> !line.isBlank()).forEach(line -> add(machines, line));
            } catch (IOException | UncheckedIOException e) {
                throw new CommandFailure(records + ": the decision records can't be read (" + e.getMessage() + ")", e);
            }
        }
        ArrayNode list = JSON.createArrayNode();
        machines.forEach(list::add);
        return list.toString();
    }

    private static void add(Set<ObjectNode> machines, String line) {
        try {
            JsonNode record = JSON.readTree(line);
            if (record.path("boot_info").isObject()) {
                ObjectNode machine = JSON.createObjectNode();
                machine.put("kms", !record.path("subject").asText().equals("app"));
                machine.set("machine", record.path("boot_info"));
                machines.add(machine);
            }
        } catch (JsonProcessingException e) {
            // A half-written last line, as a crash leaves it, is no record.
        }
    }

    /** The machine in a file: a boot info, or a whole decision record. */
    static String described(Path file) {
        try {
            JsonNode text = JSON.readTree(Files.readString(file));
            JsonNode machine = text.has("boot_info") ? text.path("boot_info") : text;
            if (!machine.has("mrAggregated")) {
                throw new CommandFailure(file + ": neither a boot info nor a decision record with one");
            }
            return machine.toString();
        } catch (IOException e) {
            throw new CommandFailure(file + ": no boot info can be read from it (" + e.getMessage() + ")", e);
        }
    }

    /** A boot info as records write it. */
    static String described(BootInfo machine) {
        ObjectNode text = JSON.createObjectNode();
        text.put("attestationMode", machine.attestationMode())
                .put("mrAggregated", machine.mrAggregated().toHex())
                .put("mrSystem", machine.mrSystem().toHex())
                .put("osImageHash", machine.osImageHash().toHex())
                .put("appId", machine.appId().toHex())
                .put("composeHash", machine.composeHash().toHex())
                .put("instanceId", machine.instanceId().toHex())
                .put("deviceId", machine.deviceId().toHex())
                .put("tcbStatus", machine.tcbStatus());
        ArrayNode advisories = text.putArray("advisoryIds");
        machine.advisoryIds().forEach(advisories::add);
        return text.toString();
    }

    /** One transaction. */
    static String transaction(String to, String data, String from) {
        ObjectNode transaction = JSON.createObjectNode().put("to", to).put("data", data);
        if (!from.isEmpty()) {
            transaction.put("from", from);
        }
        return transaction.toString();
    }
}
