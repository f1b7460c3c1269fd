package dev.keywarden.dcap;

import java.security.PublicKey;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The whole verification of a quote: steps A to P of the TDX fact sheet, section 2.2, in its order, so that nothing is
 * interpreted before what signs it was verified. The first step that fails decides the code.
 *
 * <p>A function of quote, collateral, trust anchor, policy and time; the cache changes its cost and nothing else. Safe for
 * use by many threads.
 */
public final class DcapVerifier {
    private final TrustAnchor anchor;
    private final VerificationPolicy policy;
    private final VerificationCache cache;
    private final QuoteVerifier quotes;

    /**
     * A verifier under one trust anchor and one policy.
     *
     * @param cache the caller's; may be shared with other verifiers, {@link VerificationCache#none} for none
     */
    public DcapVerifier(TrustAnchor anchor, VerificationPolicy policy, VerificationCache cache) {
        this.anchor = anchor;
        this.policy = policy;
        this.cache = cache;
        this.quotes = new QuoteVerifier(anchor, cache);
    }

    /**
     * Verifies a quote.
     *
     * @param quote as received, possibly padded with zeros
     * @param now the time at which everything must be valid
     * @throws DcapException at the first fault
     */
    public VerifiedQuote verify(byte[] quote, Collateral collateral, Instant now) {
        return verify(quote, collateral, now, null);
    }

    /**
     * Verifies a quote and what it says.
     *
     * @param reportData the 64 bytes that the quote must carry, or {@code null} if the caller compares them
     * @throws DcapException at the first fault
     */
    public VerifiedQuote verify(byte[] quote, Collateral collateral, Instant now, @Nullable ByteView reportData) {
        Quote parsed = Quote.parse(quote, policy.limits());
        VerifiedChain chain = quotes.verifyChain(parsed, collateral.pckChain().orElse(null), now);
        VerifiedCollateral verified = verifyCollateral(collateral, parsed.teeType(), now);
        verified.requireIsAbout(chain);
        requireEvaluationNumbers(verified);

        PublicKey attestationKey = quotes.bindAttestationKey(parsed, chain);
        verified.qeIdentity().requireMatches(parsed.qeReport());
        TcbEvaluator evaluator = new TcbEvaluator(verified, chain.platform());
        TcbPart qe = evaluator.qe(parsed.qeReport());
        QuoteVerifier.verifyReport(parsed, attestationKey);

        AuthenticQuote authentic = new AuthenticQuote(parsed, chain, anchor.label());
        VerifiedQuote result = judge(authentic, verified, evaluator, qe, now);
        policy.td().check(authentic);
        requireReportData(parsed.body(), reportData);
        return result;
    }

    /**
     * Verifies collateral alone: what fetched it can tell whether to keep it before any quote needs it. What is accepted
     * here is not verified again as long as the cache remembers it.
     *
     * @param teeType what it must be about
     * @throws DcapException at the first fault
     */
    public VerifiedCollateral verifyCollateral(Collateral collateral, TeeType teeType, Instant now) {
        ByteView key = Sha256.labelled(
                "keywarden-dcap-verified-collateral-" + teeType, anchor.fingerprint(), collateral.digest());
        VerifiedCollateral verified =
                cache.collateral(key, () -> new CollateralVerifier(anchor, cache, now).verify(collateral, teeType));
        verified.requireValidAt(now);
        return verified;
    }

    /**
     * Tells which collateral a quote needs, when its PCK chain has been verified up to the root.
     *
     * @throws DcapException if quote or chain are refused, or the chain is of a software TEE that does not name Intel's
     *     authorities
     */
    public PlatformKey platformOf(byte[] quote, Instant now) {
        Quote parsed = Quote.parse(quote, policy.limits());
        VerifiedChain chain = quotes.verifyChain(parsed, null, now);
        // Simulators name their authority after neither of Intel's; the services serve them under this one.
        PckCa authority = chain.issuer().orElse(PckCa.PLATFORM);
        return new PlatformKey(parsed.teeType(), chain.platform().fmspc(), authority);
    }

    /** Step I. */
    private void requireEvaluationNumbers(VerifiedCollateral collateral) {
        long tcbInfo = collateral.tcbInfo().evaluationNumber();
        long qeIdentity = collateral.qeIdentity().evaluationNumber();
        if (collateral.evaluationNumber() < policy.minimumEvaluationNumber()) {
            throw new DcapException(
                    DcapCode.TCB_EVALUATION_TOO_OLD,
                    tcbInfo <= qeIdentity ? DcapObject.TCB_INFO : DcapObject.QE_IDENTITY,
                    "evaluation number %d; at least %d is demanded"
                            .formatted(collateral.evaluationNumber(), policy.minimumEvaluationNumber()));
        }
        if (policy.requireEqualEvaluation() && tcbInfo != qeIdentity) {
            throw new DcapException(
                    DcapCode.TCB_EVALUATION_MISMATCH,
                    DcapObject.QE_IDENTITY,
                    "evaluation number %d, and that of the TCB info is %d".formatted(qeIdentity, tcbInfo));
        }
    }

    /** Steps L to N. */
    private VerifiedQuote judge(
            AuthenticQuote authentic, VerifiedCollateral collateral, TcbEvaluator evaluator, TcbPart qe, Instant now) {
        Optional<TdReport> report = authentic.quote().tdReport();
        TcbEvaluation launch =
                report.map(td -> evaluator.td(td, td.teeTcbSvn(), qe)).orElseGet(() -> evaluator.enclave(qe));
        Optional<TcbEvaluation> current = report.flatMap(td -> td.teeTcbSvn2().map(svn -> evaluator.td(td, svn, qe)));
        TcbStatus status = current.map(evaluation -> relaunch(launch.status(), evaluation.status()))
                .orElse(launch.status());
        if (status == TcbStatus.REVOKED) {
            boolean byQe = qe.status() == TcbStatus.REVOKED;
            throw new DcapException(
                    DcapCode.TCB_REVOKED,
                    byQe ? DcapObject.QE_IDENTITY : DcapObject.TCB_INFO,
                    "Intel has revoked the level of this " + (byQe ? "quoting enclave" : "platform or TDX module"));
        }
        return new VerifiedQuote(authentic, collateral, policy, now, launch, current, status);
    }

    /** The status of a TD that may still run on the module it was launched on (section 2.8, "Report 1.5"). */
    static TcbStatus relaunch(TcbStatus launch, TcbStatus current) {
        if (!launch.outOfDate() || current.outOfDate() || current == TcbStatus.REVOKED) {
            return launch.worseOf(current);
        }
        return launch.wantsConfiguration() || current.wantsConfiguration()
                ? TcbStatus.TD_RELAUNCH_ADVISED_CONFIGURATION_NEEDED
                : TcbStatus.TD_RELAUNCH_ADVISED;
    }

    /** Step P. */
    private static void requireReportData(ReportBody body, @Nullable ByteView expected) {
        if (expected != null && !body.reportData().equals(expected)) {
            throw new DcapException(
                    DcapCode.REPORT_DATA_MISMATCH, DcapObject.QUOTE, "the report data are not the expected ones");
        }
    }
}
