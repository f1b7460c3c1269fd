package dev.keywarden.app.admin;

import dev.keywarden.app.audit.RecordReader;
import dev.keywarden.app.explain.ChainExplainer;
import dev.keywarden.app.explain.Explanation;
import dev.keywarden.app.policy.PolicyFailure;
import dev.keywarden.attestation.AttestationRejected;
import dev.keywarden.attestation.EnvelopeException;
import dev.keywarden.host.AuthorizerAnswer;
import dev.keywarden.rpc.RpcException;
import dev.keywarden.rpc.proto.ExplainRequest;
import dev.keywarden.rpc.proto.ExplainResponse;
import dev.keywarden.rpc.proto.ExplainedAnswer;
import dev.keywarden.rpc.proto.NamedValue;
import dev.keywarden.rpc.proto.RecordsRequest;
import dev.keywarden.rpc.proto.RecordsResponse;
import dev.keywarden.spi.Attestation;
import dev.keywarden.spi.Bytes;
import dev.keywarden.spi.PluginException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What administrators ask about the past, and about what would be. */
final class Inquiries {
    private static final int RECORDS = 20;
    private static final int MOST_RECORDS = 1000;

    private final ChainExplainer explainer;
    private final Path log;

    Inquiries(ChainExplainer explainer, Path log) {
        this.explainer = explainer;
        this.log = log;
    }

    /** What is to be explained, for the record of the act. */
    static String subject(ExplainRequest request) {
        return request.getRecord().isEmpty()
                ? request.getEvidence().isEmpty() ? "of a boot info" : "of evidence"
                : "of record " + request.getRecord();
    }

    /** What the chain that decides says, releasing nothing. */
    ExplainResponse explain(ExplainRequest request) {
        try {
            ChainExplainer.Circumstances circumstances = ChainExplainer.Circumstances.of(
                    request.getGate(), request.getMethod(), request.getSubject(), request.getAt());
            if (!request.getRecord().isEmpty()) {
                return message(explainer.record(request.getRecord(), circumstances));
            }
            if (!request.getEvidence().isEmpty()) {
                return message(explainer.evidence(Bytes.of(request.getEvidence().toByteArray()), circumstances));
            }
            if (!request.getBootInfo().isEmpty()) {
                return message(explainer.bootInfo(request.getBootInfo(), circumstances));
            }
            throw new RpcException("nothing to explain: give record, evidence or boot_info");
        } catch (PolicyFailure | AttestationRejected | EnvelopeException | PluginException e) {
            throw new RpcException(String.valueOf(e.getMessage()));
        }
    }

    private static ExplainResponse message(Explanation explanation) {
        ExplainResponse.Builder response = ExplainResponse.newBuilder()
                .setVerdict(explanation.verdict())
                .setReason(explanation.said().decision().reason())
                .setGatewayAppId(orEmpty(explanation.said().decision().gatewayAppId()))
                .setVerifier(explanation.question().question().verifier())
                .setChain(explanation.chain())
                .addAllNotes(explanation.notes());
        for (Attestation.Claim claim : explanation.question().proven()) {
            response.addProven(NamedValue.newBuilder()
                    .setName(claim.name())
                    .setValue(claim.value())
                    .setBinding(lower(claim.binding())));
        }
        explanation.said().answers().forEach(answer -> response.addAnswers(message(answer)));
        return response.build();
    }

    private static ExplainedAnswer message(AuthorizerAnswer answer) {
        ExplainedAnswer.Builder message = ExplainedAnswer.newBuilder()
                .setAuthorizer(answer.authorizer())
                .setOutcome(lower(answer.outcome()))
                .setDecidedBy(Explanation.decidedBy(answer))
                .setToAllow(Explanation.toAllow(answer))
                .setElapsedUs(answer.elapsed().toNanos() / 1000);
        answer.reasons()
                .forEach(reason -> message.addReasons(
                        NamedValue.newBuilder().setName(reason.code()).setValue(reason.message())));
        Explanation.restsOn(answer)
                .forEach((name, value) -> message.addEvidence(
                        NamedValue.newBuilder().setName(name).setValue(value)));
        return message.build();
    }

    /** The newest records that are as asked for, the oldest of them first. */
    RecordsResponse records(RecordsRequest request) {
        int asked = request.getLast() == 0 ? RECORDS : Math.min(MOST_RECORDS, request.getLast());
        int most = asked < 0 ? MOST_RECORDS : asked;
        Deque<String> newest = new ArrayDeque<>();
        try {
            new RecordReader(log).read(entry -> {
                if (is(request.getRequestId(), entry.json().path("request_id").asText())
                        && is(request.getOutcome(), entry.json().path("outcome").asText())
                        && is(request.getKind(), entry.kind())) {
                    newest.add(entry.line());
                    if (newest.size() > most) {
                        newest.remove();
                    }
                }
                return true;
            });
        } catch (IOException e) {
            throw new RpcException(String.valueOf(e.getMessage()));
        }
        return RecordsResponse.newBuilder().addAllRecords(newest).build();
    }

    private static boolean is(String wanted, String value) {
        return wanted.isEmpty() || wanted.equals(value);
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
