package dev.keywarden.app.explain;

import dev.keywarden.app.audit.AuditSettings;
import dev.keywarden.app.audit.EvidenceStore;
import dev.keywarden.app.gate.EvidenceVerifier;
import dev.keywarden.app.gate.VerifiedEvidence;
import dev.keywarden.app.policy.PolicyFailure;
import dev.keywarden.app.policy.PolicyQuestion;
import dev.keywarden.app.policy.QuestionFiles;
import dev.keywarden.attestation.EnvelopeCodec;
import dev.keywarden.attestation.MeasurementPoint;
import dev.keywarden.host.PluginGenerations;
import dev.keywarden.spi.Bytes;
import dev.keywarden.spi.Gate;
import dev.keywarden.spi.Subject;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Explains what the chain that decides now says.
 *
 * @param moment takes up the plugins of the moment
 * @param audit where past decisions and their evidence are
 * @param clock what time it is, where nobody says
 */
public record ChainExplainer(Supplier<PluginGenerations.Lease> moment, AuditSettings audit, InstantSource clock) {
    /**
     * What a machine alone does not say.
     *
     * @param at when, or empty for now, or for the time of the record
     */
    public record Circumstances(Gate gate, String method, Subject subject, Optional<Instant> at) {
        /**
         * Reads them as people write them; what is empty is an app that asks for its keys now.
         *
         * @throws PolicyFailure if one is not known
         */
        public static Circumstances of(String gate, String method, String subject, String at) {
            Subject about = constant(Subject.class, subject.isEmpty() ? "app" : subject, "subject");
            String call = method.isEmpty() ? about == Subject.PEER_KMS ? "GetKmsKey" : "GetAppKey" : method;
            return new Circumstances(
                    constant(Gate.class, gate.isEmpty() ? "rpc" : gate, "gate"), call, about, time(at));
        }

        private static Optional<Instant> time(String at) {
            try {
                return at.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(at));
            } catch (DateTimeParseException e) {
                throw new PolicyFailure("at " + at + ": write a time like 2026-12-31T18:00:00Z", e);
            }
        }

        private static <E extends Enum<E>> E constant(Class<E> type, String text, String name) {
            try {
                return Enum.valueOf(type, text.toUpperCase(Locale.ROOT));
            } catch (IllegalArgumentException e) {
                throw new PolicyFailure("there is no " + name + " " + text, e);
            }
        }

        private QuestionFiles.Circumstances with(Instant time) {
            return new QuestionFiles.Circumstances(gate, method, subject, time);
        }
    }

    /** A past decision, by number or request id; the circumstances but for the time are the record's. */
    public Explanation record(String id, Circumstances circumstances) {
        RecordedQuestion recorded = RecordedQuestion.find(audit.file(), id);
        try (PluginGenerations.Lease plugins = moment.get()) {
            EvidenceVerifier then = new EvidenceVerifier(
                    moment, InstantSource.fixed(recorded.question().time()));
            List<String> notes = List.of(
                    recorded.then(),
                    recorded.verifiedAgain(
                            EvidenceStore.readOnly(audit.evidenceFolder()),
                            then,
                            plugins.host().attestation()));
            Instant time = circumstances.at().orElse(recorded.question().time());
            return Explanation.of(
                    plugins.host(), new PolicyQuestion(recorded.question().question(), time), notes);
        }
    }

    /**
     * The machine of some evidence.
     *
     * @throws dev.keywarden.attestation.EnvelopeException if it is none
     */
    public Explanation evidence(Bytes envelope, Circumstances circumstances) {
        Instant time = circumstances.at().orElseGet(clock::instant);
        try (PluginGenerations.Lease plugins = moment.get()) {
            VerifiedEvidence verified = new EvidenceVerifier(moment, InstantSource.fixed(time))
                    .verify(EnvelopeCodec.decode(envelope), plugins.host().attestation(), plugins.generation());
            PolicyQuestion question = circumstances
                    .with(time)
                    .about(
                            verified.machine().bootInfo("", MeasurementPoint.RUNTIME),
                            verified.verifier(),
                            verified.machine().attestation().claims());
            return Explanation.of(plugins.host(), question, List.of());
        }
    }

    /** A machine that somebody describes. */
    public Explanation bootInfo(String json, Circumstances circumstances) {
        Instant time = circumstances.at().orElseGet(clock::instant);
        PolicyQuestion question = QuestionFiles.bootInfoText(json, circumstances.with(time));
        try (PluginGenerations.Lease plugins = moment.get()) {
            return Explanation.of(
                    plugins.host(), question, List.of("the machine was not attested: its boot info is what was said"));
        }
    }
}
