package dev.keywarden.app.audit;

import dev.keywarden.attestation.MeasurementPoint;
import dev.keywarden.host.AuthorizerAnswer;
import dev.keywarden.spi.Attestation;
import dev.keywarden.spi.BootInfo;
import dev.keywarden.spi.Bytes;
import dev.keywarden.spi.Decision;
import dev.keywarden.spi.Gate;
import dev.keywarden.spi.Subject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Decision records in which every field differs from every other. */
final class Records {
    static final BootInfo BOOT_INFO = new BootInfo(
            "dstack-tdx",
            repeated("11", 32),
            repeated("22", 32),
            repeated("33", 32),
            repeated("44", 20),
            repeated("55", 32),
            repeated("66", 20),
            repeated("77", 32),
            repeated("88", 3),
            "UpToDate",
            List.of("INTEL-SA-00001", "INTEL-SA-00002"));

    private Records() {}

    static DecisionRecord allowed(String requestId) {
        AuthorizerAnswer answer = new AuthorizerAnswer(
                "allowlist",
                AuthorizerAnswer.Outcome.ALLOW,
                List.of(new Decision.Reason("allowlist.listed", "It is on the \"list\".\n")),
                Map.of("file_sha256", "99"),
                Duration.ofNanos(1_234_567));
        return new DecisionRecord(
                Instant.parse("2026-01-02T03:04:05.678Z"),
                requestId,
                new DecisionRecord.Question(Gate.RPC, "GetAppKey", Subject.APP),
                DecisionRecord.Outcome.ALLOW,
                "",
                "192.0.2.1:4711",
                new DecisionRecord.Proof(
                        "tdx",
                        repeated("aa", 32),
                        repeated("ab", 32),
                        MeasurementPoint.BOOT,
                        BOOT_INFO,
                        List.of(new Attestation.Claim("fmspc", "00906ed50000", Attestation.Binding.HARDWARE))),
                List.of(answer),
                "any",
                new DecisionRecord.Deciders(List.of("allowlist", "rego"), "all", 3, "bb"));
    }

    /** A refusal before there was any evidence. */
    static DecisionRecord refused(String requestId, String reason) {
        return refused(requestId, reason, Instant.EPOCH);
    }

    static DecisionRecord refused(String requestId, String reason, Instant time) {
        return new DecisionRecord(
                time,
                requestId,
                new DecisionRecord.Question(Gate.ONBOARD, "Onboard", Subject.PEER_KMS),
                DecisionRecord.Outcome.DENY,
                reason,
                null,
                null,
                List.of(),
                null,
                new DecisionRecord.Deciders(List.of("allowlist"), "all", 1, ""));
    }

    private static Bytes repeated(String hex, int length) {
        return Bytes.fromHex(hex.repeat(length));
    }
}
