package dev.keywarden.app.explain;

import com.fasterxml.jackson.databind.JsonNode;
import dev.keywarden.app.audit.EvidenceStore;
import dev.keywarden.app.audit.RecordReader;
import dev.keywarden.app.gate.EvidenceVerifier;
import dev.keywarden.app.gate.VerifiedEvidence;
import dev.keywarden.app.policy.PolicyFailure;
import dev.keywarden.app.policy.PolicyQuestion;
import dev.keywarden.attestation.AttestationRejected;
import dev.keywarden.attestation.EnvelopeCodec;
import dev.keywarden.attestation.EnvelopeException;
import dev.keywarden.attestation.MeasurementPoint;
import dev.keywarden.host.AttestationBackends;
import dev.keywarden.spi.BootInfo;
import dev.keywarden.spi.Bytes;
import dev.keywarden.spi.PluginException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The question of a past decision.
 *
 * @param record as it stands in the log
 * @param question what the authorizers were asked
 */
public record RecordedQuestion(JsonNode record, PolicyQuestion question) {
    /**
     * Looks a decision up.
     *
     * @param log the file that records are added to
     * @param id number of a record, or id of a request, of which the last decision about a machine counts
     * @throws PolicyFailure if there is none, or it rests on no machine
     */
    public static RecordedQuestion find(Path log, String id) {
        RecordReader.@Nullable Entry[] found = new RecordReader.Entry[2];
        try {
            new RecordReader(log).read(entry -> {
                boolean wanted = id.equals(Long.toString(entry.sequence()))
                        || id.equals(entry.json().path("request_id").asText());
                if (wanted && entry.kind().equals("decision")) {
                    found[entry.json().path("boot_info").isObject() ? 0 : 1] = entry;
                }
                return true;
            });
        } catch (IOException e) {
            throw new PolicyFailure(String.valueOf(e.getMessage()), e);
        }
        RecordReader.Entry entry = found[0];
        if (entry != null) {
            return new RecordedQuestion(entry.json(), PolicyQuestion.fromRecord(entry.json(), entry.place()));
        }
        RecordReader.Entry other = found[1];
        throw new PolicyFailure(
                other == null
                        ? log + ": no decision has the number or the request id " + id
                                + ". `keywarden audit show` lists them"
                        : other.place() + ": no authorizer was asked; the gate itself refused: "
                                + other.json().path("reason").asText());
    }

    /** What came out then, in a sentence. */
    public String then() {
        String reason = record.path("reason").asText();
        return "decided then: " + record.path("outcome").asText() + (reason.isEmpty() ? "" : ", " + reason);
    }

    /**
     * Verifies the evidence of the decision again, for the time of the decision, if it is kept.
     *
     * @return in a sentence, whether it comes to the same
     */
    public String verifiedAgain(EvidenceStore store, EvidenceVerifier verifier, AttestationBackends backends) {
        String sha256 = record.path("evidence_sha256").asText();
        Optional<Bytes> evidence = store.find(sha256);
        if (evidence.isEmpty()) {
            return "the evidence " + sha256 + " is not kept (any more), so what was proven is taken from the record";
        }
        try {
            VerifiedEvidence verified = verifier.verify(EnvelopeCodec.decode(evidence.get()), backends, 0);
            BootInfo bootInfo = verified.machine().bootInfo(vmConfig(store), point());
            return bootInfo.equals(question.question().bootInfo())
                    ? "the evidence is kept, and verifies again to the same machine"
                    : "the evidence is kept, but verifies to another machine now: " + bootInfo;
        } catch (PluginException | AttestationRejected | EnvelopeException e) {
            return "the evidence is kept, but does not verify now: " + e.getMessage();
        }
    }

    private String vmConfig(EvidenceStore store) {
        JsonNode sha256 = record.path("vm_config_sha256");
        return sha256.isTextual()
                ? store.find(sha256.asText())
                        .map(kept -> new String(kept.toArray(), StandardCharsets.UTF_8))
                        .orElse("")
                : "";
    }

    private MeasurementPoint point() {
        String point = record.path("measured_until").asText("runtime");
        return MeasurementPoint.valueOf(point.toUpperCase(Locale.ROOT));
    }
}
