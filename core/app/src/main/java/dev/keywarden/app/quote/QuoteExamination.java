package dev.keywarden.app.quote;

import dev.keywarden.app.quote.QuoteVerdict.Refusal;
import dev.keywarden.attestation.AttestationEnvelope;
import dev.keywarden.attestation.EventLog;
import dev.keywarden.attestation.MeasurementPoint;
import dev.keywarden.collateral.CollateralException;
import dev.keywarden.collateral.CollateralRequest;
import dev.keywarden.collateral.CollateralSource;
import dev.keywarden.collateral.Deadline;
import dev.keywarden.collateral.Update;
import dev.keywarden.dcap.ByteView;
import dev.keywarden.dcap.Collateral;
import dev.keywarden.dcap.DcapCode;
import dev.keywarden.dcap.DcapException;
import dev.keywarden.dcap.DcapVerifier;
import dev.keywarden.dcap.PckCa;
import dev.keywarden.dcap.PlatformKey;
import dev.keywarden.dcap.Quote;
import dev.keywarden.dcap.QuoteLimits;
import dev.keywarden.dcap.TdReport;
import dev.keywarden.dcap.TeeType;
import dev.keywarden.dcap.VerifiedQuote;
import dev.keywarden.spi.Bytes;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Verifies one quote from start to end, for a person. */
public final class QuoteExamination {
    private static final Duration FETCH_TIME = Duration.ofSeconds(30);

    private final DcapVerifier verifier;
    private final CollateralSource source;
    private final Update update;

    /**
     * An examination.
     *
     * @param source where collateral comes from
     */
    public QuoteExamination(DcapVerifier verifier, CollateralSource source, Update update) {
        this.verifier = verifier;
        this.source = source;
        this.update = update;
    }

    /** Verifies; whatever is wrong becomes part of the verdict. */
    public QuoteVerdict examine(QuoteInput input, Instant now) {
        byte[] bytes = input.quote().toArray();
        Optional<VerifiedQuote> verified = Optional.empty();
        try {
            TeeType teeType = Quote.parse(bytes, QuoteLimits.DEFAULT.withSgx().withExtendedReport())
                    .teeType();
            Collateral collateral = source.fetch(
                    request(bytes, now), Deadline.in(FETCH_TIME), set -> verifier.verifyCollateral(set, teeType, now)
                            .age());
            verified = Optional.of(verifier.verify(bytes, collateral, now));
            return new QuoteVerdict(input, verified, beyondTheQuote(input, verified.get()));
        } catch (DcapException e) {
            QuoteStep step = QuoteStep.of(e.code(), e.object());
            return refused(input, Refusal.of(step, e.code(), e.object().token(), e.detail()));
        } catch (CollateralException e) {
            return refused(input, Refusal.of(QuoteStep.COLLATERAL, e.code(), "collateral", e.detail()));
        }
    }

    private static QuoteVerdict refused(QuoteInput input, Refusal refusal) {
        return new QuoteVerdict(input, Optional.empty(), Optional.of(refusal));
    }

    /** A quote that only names its platform can be judged with a file, which then has the chain. */
    private CollateralRequest request(byte[] quote, Instant now) {
        Quote parsed = Quote.parse(quote, QuoteLimits.DEFAULT.withSgx().withExtendedReport());
        if (parsed.certificationData().type() != Quote.CertificationData.PCK_CHAIN) {
            return new CollateralRequest(
                    new PlatformKey(TeeType.TDX, ByteView.copyOf(new byte[6]), PckCa.PLATFORM), update);
        }
        return new CollateralRequest(verifier.platformOf(quote, now), update);
    }

    private static Optional<Refusal> beyondTheQuote(QuoteInput input, VerifiedQuote verified) {
        Optional<TdReport> report = verified.quote().tdReport();
        Bytes quoted = Bytes.of(verified.quote().body().reportData().toArray());
        if (input.boundReportData().filter(bound -> !bound.equals(quoted)).isPresent()) {
            return Optional.of(Refusal.of(
                    QuoteStep.REPORT_DATA,
                    DcapCode.REPORT_DATA_MISMATCH,
                    "quote",
                    "the quote was made for another key than the certificate's"));
        }
        if (input.envelope().isEmpty() || report.isEmpty()) {
            return Optional.empty();
        }
        AttestationEnvelope envelope = input.envelope().get();
        if (!envelope.reportData().equals(quoted)) {
            return Optional.of(Refusal.of(
                    QuoteStep.REPORT_DATA,
                    DcapCode.REPORT_DATA_MISMATCH,
                    "quote",
                    "the attestation says other report data than the quote"));
        }
        Bytes replayed = EventLog.replay(envelope.runtimeEvents(), MeasurementPoint.RUNTIME);
        Bytes rtmr3 = Bytes.of(report.get().rtmr(3).toArray());
        return replayed.equals(rtmr3)
                ? Optional.empty()
                : Optional.of(new Refusal(
                        QuoteStep.EVENT_LOG,
                        "EVENT_LOG_MISMATCH",
                        "quote",
                        "RTMR3 mismatch, quoted: " + rtmr3 + ", replayed: " + replayed,
                        "Have the guest send its whole log, in order and unchanged."));
    }
}
