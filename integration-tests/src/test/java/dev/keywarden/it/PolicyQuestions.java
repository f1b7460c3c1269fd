package dev.keywarden.it;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.keywarden.host.AuthorizationQuestion;
import dev.keywarden.spi.Attestation;
import dev.keywarden.spi.BootInfo;
import dev.keywarden.spi.Bytes;
import dev.keywarden.spi.Gate;
import dev.keywarden.spi.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/** Questions about machines whose every value is one of a few, so that lists have about half of them. */
final class PolicyQuestions {
    /** The time of every question. */
    static final String TIME = "2026-11-24T06:00:00Z";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<Subject> SUBJECTS = List.of(Subject.SELF, Subject.PEER_KMS, Subject.APP, Subject.APP);
    private static final List<Gate> GATES = List.of(Gate.BOOTSTRAP, Gate.ONBOARD, Gate.RPC);
    private static final List<String> STATUSES =
            List.of("UpToDate", "UpToDate", "UpToDate", "OutOfDate", "uptodate", "");

    private final RandomGenerator random;

    PolicyQuestions(RandomGenerator random) {
        this.random = random;
    }

    List<AuthorizationQuestion> list(int count) {
        List<AuthorizationQuestion> questions = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            questions.add(next(i));
        }
        return questions;
    }

    private AuthorizationQuestion next(int number) {
        Subject subject = SUBJECTS.get(random.nextInt(SUBJECTS.size()));
        return new AuthorizationQuestion(
                subject == Subject.APP ? Gate.RPC : GATES.get(random.nextInt(GATES.size())),
                subject == Subject.PEER_KMS ? "GetKmsKey" : "GetAppKey",
                subject,
                machine(),
                random.nextBoolean() ? "tdx" : "mock",
                List.of(new Attestation.Claim("fmspc", "00906ED50000", Attestation.Binding.HARDWARE)),
                "request-" + number);
    }

    private BootInfo machine() {
        return new BootInfo(
                "dstack-tdx",
                hash("a1", "a1", "a0"),
                hash("a2"),
                hash("a3", "b3", ""),
                Bytes.fromHex(one("a4", "b4", "c4").repeat(20)),
                hash("a5", "b5", "c5"),
                random.nextInt(5) == 0
                        ? Bytes.EMPTY
                        : Bytes.fromHex("%09x".formatted(random.nextLong(1L << 36)) + "0".repeat(31)),
                hash("a7", "b7", "c7"),
                Bytes.EMPTY,
                STATUSES.get(random.nextInt(STATUSES.size())),
                random.nextInt(4) == 0 ? List.of(one("INTEL-SA-00001", "INTEL-SA-00002")) : List.of());
    }

    private Bytes hash(String... values) {
        return Bytes.fromHex(one(values).repeat(32));
    }

    private String one(String... values) {
        return values[random.nextInt(values.length)];
    }

    /** The input document of a question, as the node sends it; without facts. */
    static ObjectNode input(AuthorizationQuestion question) {
        ObjectNode input = JSON.createObjectNode();
        input.put("version", 1);
        input.put("gate", lower(question.gate()));
        input.put("method", question.method());
        input.put("subject", lower(question.subject()));
        input.put("request_id", question.requestId());
        input.put("verifier", question.verifier());
        input.putObject("time")
                .put("unix", java.time.Instant.parse(TIME).getEpochSecond())
                .put("rfc3339", TIME);
        BootInfo info = question.bootInfo();
        ObjectNode bootInfo = input.putObject("boot_info");
        bootInfo.put("attestation_mode", info.attestationMode());
        bootInfo.put("mr_aggregated", info.mrAggregated().toHex());
        bootInfo.put("mr_system", info.mrSystem().toHex());
        bootInfo.put("os_image_hash", info.osImageHash().toHex());
        bootInfo.put("app_id", info.appId().toHex());
        bootInfo.put("compose_hash", info.composeHash().toHex());
        bootInfo.put("instance_id", info.instanceId().toHex());
        bootInfo.put("device_id", info.deviceId().toHex());
        bootInfo.put("key_provider_info", info.keyProviderInfo().toHex());
        bootInfo.put("tcb_status", info.tcbStatus());
        info.advisoryIds().forEach(bootInfo.putArray("advisory_ids")::add);
        ObjectNode provenance = input.putObject("provenance");
        BootInfo.bindings(question.verifier()).forEach((field, binding) -> provenance.put(field, lower(binding)));
        ObjectNode claims = input.putObject("claims");
        for (Attestation.Claim claim : question.claims()) {
            claims.putObject(claim.name()).put("value", claim.value()).put("binding", lower(claim.binding()));
        }
        input.putObject("facts");
        return input;
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
