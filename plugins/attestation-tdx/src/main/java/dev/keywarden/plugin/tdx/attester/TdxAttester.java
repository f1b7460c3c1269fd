package dev.keywarden.plugin.tdx.attester;

import dev.keywarden.attestation.AttestationEnvelope;
import dev.keywarden.attestation.EnvelopeCodec;
import dev.keywarden.dcap.ByteView;
import dev.keywarden.dcap.DcapException;
import dev.keywarden.dcap.Quote;
import dev.keywarden.dcap.QuoteLimits;
import dev.keywarden.spi.Attestation;
import dev.keywarden.spi.Attester;
import dev.keywarden.spi.Bytes;
import dev.keywarden.spi.Evidence;
import dev.keywarden.spi.PluginException;
import dev.keywarden.spi.PluginException.Kind;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Makes evidence about this machine. A source that never answers costs one thread and never two: until it ends, every
 * further request is told that it is busy.
 */
public final class TdxAttester implements Attester {
    private final SourceSelection selection;
    private final Duration timeout;
    private final Semaphore oneAtATime = new Semaphore(1);

    TdxAttester(SourceSelection selection, Duration timeout) {
        this.selection = selection;
        this.timeout = timeout;
    }

    @Override
    public Evidence attest(Bytes reportData) {
        if (reportData.length() != Attestation.REPORT_DATA_BYTES) {
            throw new PluginException(
                    Kind.INTERNAL, "ATTESTER_INPUT: report data has 64 bytes, not " + reportData.length());
        }
        try {
            AttestationEnvelope envelope = collect(reportData);
            requireReportData(envelope, reportData);
            return EnvelopeCodec.toEvidence(envelope);
        } catch (AttesterException e) {
            throw new PluginException(
                    e.code() == AttesterCode.ATTESTER_DENIED ? Kind.MISCONFIGURED : Kind.UNAVAILABLE,
                    String.valueOf(e.getMessage()),
                    e);
        }
    }

    private AttestationEnvelope collect(Bytes reportData) {
        long end = System.nanoTime() + timeout.toNanos();
        try {
            if (!oneAtATime.tryAcquire(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new AttesterException(
                        AttesterCode.ATTESTER_BUSY, "the source is still occupied with an earlier request");
            }
            FutureTask<AttestationEnvelope> task =
                    new FutureTask<>(() -> selection.select().attest(reportData));
            // Native calls would hold on to the carriers of virtual threads, of which there are few.
            Thread worker = Thread.ofPlatform().daemon().name("tdx-evidence").unstarted(() -> {
                try {
                    task.run();
                } finally {
                    oneAtATime.release();
                }
            });
            worker.start();
            return await(task, worker, end);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AttesterException(AttesterCode.ATTESTER_TIMEOUT, "the request was given up", e);
        }
    }

    private AttestationEnvelope await(FutureTask<AttestationEnvelope> task, Thread worker, long end)
            throws InterruptedException {
        try {
            return task.get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new AttesterException(
                    AttesterCode.ATTESTER_TIMEOUT, "no evidence came within " + timeout.toMillis() + " ms", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AttesterException own) {
                throw own;
            }
            throw new AttesterException(AttesterCode.ATTESTER_FAILED, "the source failed: " + e.getCause(), e);
        } finally {
            // Nothing if it has ended; otherwise whatever it waits for is told that nobody waits for it.
            worker.interrupt();
        }
    }

    /** A quote over something else was made for somebody else. */
    private static void requireReportData(AttestationEnvelope envelope, Bytes reportData) {
        Bytes quoted;
        try {
            Quote quote = Quote.parse(envelope.quote().toArray(), QuoteLimits.DEFAULT);
            quoted = quote.tdReport()
                    .map(report -> bytes(report.reportData()))
                    .orElseThrow(() -> new AttesterException(
                            AttesterCode.ATTESTER_FAILED, "the source gave a quote that is not about a TD"));
        } catch (DcapException e) {
            throw new AttesterException(
                    AttesterCode.ATTESTER_FAILED, "the source gave something that is no quote: " + e.getMessage(), e);
        }
        if (!quoted.equals(reportData) || !envelope.reportData().equals(reportData)) {
            throw new AttesterException(
                    AttesterCode.ATTESTER_RACE, "the source gave a quote over other report data than was asked for");
        }
    }

    private static Bytes bytes(ByteView view) {
        return Bytes.of(view.toArray());
    }
}
