package dev.keywarden.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * The doubles of the reference's contracts against what the contracts themselves did and answered: all transactions, all logs,
 * all calls.
 */
@Tag("blackbox")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class ReferenceDoubleTest {
    private static final Set<String> READS = Set.of("eth_call", "eth_getStorageAt");
    private static final int AT_LEAST = 200;

    private static RecordedChain chain;

    @BeforeAll
    static void start() {
        chain = RecordedChain.start();
    }

    @AfterAll
    static void stop() {
        chain.close();
    }

    @Test
    @Order(1)
    void everyTransactionDoesWhatItDid() {
        SoftAssertions softly = new SoftAssertions();
        for (JsonNode recorded : RecordedChain.TRANSACTIONS.get("transactions")) {
            String name = recorded.get("name").asText();
            JsonNode receipt = chain.send(recorded);
            softly.assertThat(receipt.get("status").asText())
                    .as(name)
                    .isEqualTo(RecordedChain.hex(recorded.get("status").asLong()));
            softly.assertThat(logs(receipt)).as(name).isEqualTo(logs(recorded));
            if (recorded.hasNonNull("creates")) {
                softly.assertThat(receipt.get("contractAddress").asText())
                        .as(name)
                        .isEqualToIgnoringCase(recorded.get("creates").asText());
            }
        }
        softly.assertAll();
    }

    @Test
    @Order(2)
    void everyCallIsAnsweredAsItWas() {
        SoftAssertions softly = new SoftAssertions();
        int compared = 0;
        for (JsonNode recorded : RecordedChain.CALLS.get("cases")) {
            if (canBeRepeated(recorded) && !isAfterTheReorganisation(recorded)) {
                compare(recorded, softly);
                compared++;
            }
        }
        softly.assertAll();
        assertThat(compared).isGreaterThan(AT_LEAST);
    }

    @Test
    @Order(3)
    void whatWasReorganisedAwayIsGone() {
        chain.anvil().result("anvil_reorg", 1, List.of());
        SoftAssertions softly = new SoftAssertions();
        int compared = 0;
        for (JsonNode recorded : RecordedChain.CALLS.get("cases")) {
            if (canBeRepeated(recorded) && isAfterTheReorganisation(recorded)) {
                compare(recorded, softly);
                compared++;
            }
        }
        softly.assertAll();
        assertThat(compared).isPositive();
    }

    /** Gas depends on the compiler, and the code of creations is not in the recordings. */
    private static boolean canBeRepeated(JsonNode recorded) {
        String name = recorded.get("name").asText();
        return READS.contains(recorded.path("method").asText())
                && recorded.hasNonNull("evaluatedAt")
                && !name.contains("gas ")
                && !name.startsWith("creation: ");
    }

    private static boolean isAfterTheReorganisation(JsonNode recorded) {
        return recorded.get("state").asText().startsWith("H2");
    }

    private static void compare(JsonNode recorded, SoftAssertions softly) {
        ArrayNode params = recorded.get("params").deepCopy();
        int block = recorded.get("method").asText().equals("eth_call") ? 1 : 2;
        while (params.size() > block) {
            params.remove(block);
        }
        params.add(RecordedChain.hex(recorded.at("/evaluatedAt/number").asLong()));
        List<JsonNode> asked = new ArrayList<>();
        params.forEach(asked::add);
        JsonNode answer = chain.anvil().ask(recorded.get("method").asText(), asked.toArray());
        for (String part : List.of("/result", "/error/data")) {
            softly.assertThat(answer.at(part).asText())
                    .as(recorded.get("name").asText())
                    .isEqualTo(recorded.at(part).asText());
        }
        softly.assertThat(answer.has("error")).as(recorded.get("name").asText()).isEqualTo(recorded.has("error"));
    }

    private static List<List<String>> logs(JsonNode receipt) {
        List<List<String>> logs = new ArrayList<>();
        for (JsonNode log : receipt.path("logs")) {
            logs.add(List.of(
                    log.get("address").asText().toLowerCase(Locale.ROOT),
                    log.get("topics").toString(),
                    log.get("data").asText()));
        }
        return logs;
    }
}
