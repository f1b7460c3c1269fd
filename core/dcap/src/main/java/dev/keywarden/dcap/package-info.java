/**
 * Intel's quotes: their formats, and their verification as pure functions of quote, collateral, trust anchor and time.
 *
 * <p>The way of a quote through this package:
 *
 * <ol>
 *   <li>{@link dev.keywarden.dcap.Quote#parse} checks the structure under {@link dev.keywarden.dcap.QuoteLimits}. Nothing
 *       in the result is believed.
 *   <li>{@link dev.keywarden.dcap.QuoteVerifier} verifies the signatures: trusted root, PCK chain, report of the quoting
 *       enclave, attestation key, report. The result is an {@link dev.keywarden.dcap.AuthenticQuote}, which nobody else can
 *       make.
 *   <li>{@link dev.keywarden.dcap.TdPolicy} refuses a TD that can be debugged, moved or otherwise opened.
 * </ol>
 *
 * <p>{@link dev.keywarden.dcap.DcapVerifier} is all of that at once with {@link dev.keywarden.dcap.Collateral}, in an order
 * in which nothing is interpreted before what signs it was verified: chain, lists of revoked certificates, TCB info and
 * identity, the quoting enclave's report, the quote, and then levels and policy. Its result, {@link
 * dev.keywarden.dcap.VerifiedQuote}, carries all that it was made from, and tells how far the TCB is behind. {@link
 * dev.keywarden.dcap.ServiceAnswer} takes apart what collateral services answer; fetching is the caller's.
 *
 * <p>Trust is a type: {@link dev.keywarden.dcap.PinnedRoot} brings Intel's certificate profile with it, {@link
 * dev.keywarden.dcap.SoftwareRoots} that of simulators, and nothing mixes the two. Refusals are {@link
 * dev.keywarden.dcap.DcapException}s with the stable codes of the TDX fact sheet; no other exception leaves this package
 * for any input. There is no I/O, no clock, no static state, and no library but the JDK and a reader of JSON; ECDSA is done by whichever JCA
 * provider the process has put first.
 */
@NullMarked
package dev.keywarden.dcap;

import org.jspecify.annotations.NullMarked;
