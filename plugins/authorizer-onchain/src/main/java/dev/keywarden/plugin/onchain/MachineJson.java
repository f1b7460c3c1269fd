package dev.keywarden.plugin.onchain;

import dev.keywarden.plugin.onchain.contract.Question;
import dev.keywarden.spi.BootInfo;
import dev.keywarden.spi.Bytes;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Boot infos as decision records write them (wire protocol, section 4.1). */
final class MachineJson {
    private MachineJson() {}

    /** @throws IllegalArgumentException if a field is missing or has another width */
    static BootInfo read(JsonNode machine) {
        List<String> advisories = new ArrayList<>();
        machine.path("advisoryIds").forEach(id -> advisories.add(id.asString("")));
        return new BootInfo(
                machine.path("attestationMode").asString(""),
                hex(machine, "mrAggregated"),
                hex(machine, "mrSystem"),
                hex(machine, "osImageHash"),
                hex(machine, "appId"),
                hex(machine, "composeHash"),
                hex(machine, "instanceId"),
                hex(machine, "deviceId"),
                Bytes.EMPTY,
                machine.path("tcbStatus").asString(""),
                advisories);
    }

    /** A list of {@code {"kms": true, "machine": {...}}}, each once. */
    static List<Question> questions(JsonNode list) {
        Set<Question> questions = new LinkedHashSet<>();
        list.forEach(one -> questions.add(new Question(one.path("kms").asBoolean(false), read(one.path("machine")))));
        return List.copyOf(questions);
    }

    private static Bytes hex(JsonNode machine, String field) {
        String text = machine.path(field).asString("");
        try {
            return Bytes.fromHex(text.startsWith("0x") ? text.substring(2) : text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(field + " is not hex", e);
        }
    }
}
