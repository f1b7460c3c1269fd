package dev.keywarden.dcap;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A quote that is accepted, with all that it was judged by; only {@link DcapVerifier} makes one. The status is reported and
 * not judged: everything short of revoked is here, and whether an outdated platform may have a key is for an authorizer to
 * say.
 */
public final class VerifiedQuote {
    private final AuthenticQuote authentic;
    private final VerifiedCollateral collateral;
    private final VerificationPolicy policy;
    private final Instant verifiedAt;
    private final TcbEvaluation launch;
    private final Optional<TcbEvaluation> current;
    private final TcbStatus status;

    VerifiedQuote(
            AuthenticQuote authentic,
            VerifiedCollateral collateral,
            VerificationPolicy policy,
            Instant verifiedAt,
            TcbEvaluation launch,
            Optional<TcbEvaluation> current,
            TcbStatus status) {
        this.authentic = authentic;
        this.collateral = collateral;
        this.policy = policy;
        this.verifiedAt = verifiedAt;
        this.launch = launch;
        this.current = current;
        this.status = status;
    }

    /** The quote, its platform, and the root it was verified under. */
    public AuthenticQuote authentic() {
        return authentic;
    }

    /** The quote. */
    public Quote quote() {
        return authentic.quote();
    }

    /** What it was judged by. */
    public VerifiedCollateral collateral() {
        return collateral;
    }

    /** The rules it was judged by. */
    public VerificationPolicy policy() {
        return policy;
    }

    /** The time it was judged at. */
    public Instant verifiedAt() {
        return verifiedAt;
    }

    /** The status of everything together; never {@code Revoked}. */
    public TcbStatus status() {
        return status;
    }

    /** What the TCB is open to, each id once: platform, quoting enclave, TDX module. */
    public List<String> advisoryIds() {
        Set<String> ids = new LinkedHashSet<>(launch.advisoryIds());
        current.ifPresent(now -> ids.addAll(now.advisoryIds()));
        return List.copyOf(ids);
    }

    /** The TCB when the TD was launched; of an enclave, the only one. */
    public TcbEvaluation launch() {
        return launch;
    }

    /** The TCB with the TDX module that runs now; from TD report 1.5 on. */
    public Optional<TcbEvaluation> current() {
        return current;
    }

    /** The earliest date of all levels that were selected. */
    public Instant tcbDate() {
        Instant now = current.map(TcbEvaluation::date).orElse(launch.date());
        return now.isBefore(launch.date()) ? now : launch.date();
    }

    /** The lower of the two evaluation numbers. */
    public long evaluationNumber() {
        return collateral.evaluationNumber();
    }

    /** From when on quote and collateral verify like this. */
    public Instant validFrom() {
        Instant from = collateral.validFrom();
        return from.isAfter(authentic.validFrom()) ? from : authentic.validFrom();
    }

    /** When the first certificate or piece of collateral lapses. */
    public Instant validUntil() {
        Instant until = collateral.validUntil();
        return until.isBefore(authentic.validUntil()) ? until : authentic.validUntil();
    }

    /** SHA-256 of the quote without padding. */
    public ByteView quoteDigest() {
        return Sha256.of(quote().canonical());
    }

    /** What is behind, and what would do; measured when asked for. */
    public TcbDistance distance() {
        Optional<ByteView> svn =
                quote().tdReport().map(report -> report.teeTcbSvn2().orElse(report.teeTcbSvn()));
        boolean relaunch =
                status == TcbStatus.TD_RELAUNCH_ADVISED || status == TcbStatus.TD_RELAUNCH_ADVISED_CONFIGURATION_NEEDED;
        return new TcbDistanceFinder(collateral)
                .measure(current.orElse(launch), authentic.platform(), svn, quote().qeReport(), relaunch);
    }

    /** What a person should know although the quote is accepted; sentences, usually none. */
    public List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        long tcbInfo = collateral.tcbInfo().evaluationNumber();
        long qeIdentity = collateral.qeIdentity().evaluationNumber();
        if (tcbInfo != qeIdentity) {
            warnings.add("TCB info and QE identity have different evaluation numbers (%d and %d); the lower one counts"
                    .formatted(tcbInfo, qeIdentity));
        }
        return List.copyOf(warnings);
    }
}
