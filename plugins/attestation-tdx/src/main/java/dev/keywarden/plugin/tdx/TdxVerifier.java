package dev.keywarden.plugin.tdx;

import dev.keywarden.attestation.AttestationEnvelope;
import dev.keywarden.attestation.EnvelopeCodec;
import dev.keywarden.attestation.EnvelopeException;
import dev.keywarden.collateral.CollateralCache;
import dev.keywarden.collateral.CollateralException;
import dev.keywarden.collateral.CollateralRequest;
import dev.keywarden.collateral.CollateralStore;
import dev.keywarden.collateral.HttpFetcher;
import dev.keywarden.collateral.Update;
import dev.keywarden.collateral.UsableCollateral;
import dev.keywarden.dcap.ByteView;
import dev.keywarden.dcap.DcapCode;
import dev.keywarden.dcap.DcapException;
import dev.keywarden.dcap.DcapObject;
import dev.keywarden.dcap.DcapVerifier;
import dev.keywarden.dcap.TdReport;
import dev.keywarden.dcap.TrustAnchor;
import dev.keywarden.dcap.VerificationCache;
import dev.keywarden.dcap.VerifiedQuote;
import dev.keywarden.spi.Attestation;
import dev.keywarden.spi.AttestationVerifier;
import dev.keywarden.spi.Bytes;
import dev.keywarden.spi.Evidence;
import dev.keywarden.spi.PluginContext;
import dev.keywarden.spi.PluginException;
import dev.keywarden.spi.PluginException.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Verifies TDX evidence. The PCK chain is verified before anything is fetched, so that only a platform under the trusted
 * root makes this node ask for collateral (TDX fact sheet, section 2.4); then comes everything else, with one set of
 * collateral from start to end.
 */
final class TdxVerifier implements AttestationVerifier, AutoCloseable {
    /** How long a result under lapsed collateral may be relied upon. */
    private static final Duration STALE_RESULT = Duration.ofMinutes(1);

    private final DcapVerifier verifier;
    private final CollateralCache collateral;
    private final Update update;
    private final AutoCloseable connections;

    TdxVerifier(DcapVerifier verifier, CollateralCache collateral, Update update, AutoCloseable connections) {
        this.verifier = verifier;
        this.collateral = collateral;
        this.update = update;
        this.connections = connections;
    }

    /**
     * The verifier of the settings.
     *
     * @throws IllegalArgumentException if a file that they name can't be used
     */
    static TdxVerifier of(TdxSettings settings, Map<String, String> environment, PluginContext context) {
        TrustAnchor anchor = TrustedRoots.of(settings);
        if (!settings.externalRoots().isEmpty()) {
            context.logger()
                    .log(
                            System.Logger.Level.WARNING,
                            "TDX evidence is trusted under " + settings.externalRoots()
                                    + " in place of Intel's root: it proves nothing about any hardware");
        }
        CollateralTable services = settings.services();
        DcapVerifier verifier = new DcapVerifier(anchor, settings.policy(), new VerificationCache());
        HttpFetcher http = new HttpFetcher(services.caFile());
        CollateralStore store = new CollateralStore(context.scratchDirectory().resolve("collateral"));
        CollateralCache cache = new CollateralCache(
                services.source(environment, http, store),
                services.file() == null ? store : null,
                verifier,
                services.rules(environment),
                new LoggedCollateral(context),
                new SplittableRandom());
        return new TdxVerifier(verifier, cache, services.publication(), http);
    }

    @Override
    public Attestation verify(Evidence evidence, Instant now) {
        if (!evidence.format().equals(TdxBackend.FORMAT)) {
            throw rejected("evidence of the format " + TdxBackend.FORMAT + " is understood, and no other", null);
        }
        try {
            AttestationEnvelope envelope = EnvelopeCodec.decode(evidence.envelope());
            byte[] quote = envelope.quote().toArray();
            CollateralRequest request = new CollateralRequest(verifier.platformOf(quote, now), update);
            UsableCollateral usable = collateral.get(request, now);
            VerifiedQuote verified = verifier.verify(quote, usable.verified().collateral(), usable.time());
            return attestation(
                    verified, usable.stale() ? now.plus(STALE_RESULT) : verified.validUntil(), usable.stale());
        } catch (EnvelopeException e) {
            throw rejected(String.valueOf(e.getMessage()), e);
        } catch (CollateralException e) {
            throw new PluginException(kindOf(e.code()), "Failed to get collateral: " + e.getMessage(), e);
        } catch (DcapException e) {
            throw new PluginException(kindOf(e.code()), explain(e), e);
        }
    }

    private static Attestation attestation(VerifiedQuote verified, Instant until, boolean stale) {
        TdReport report = verified.quote().tdReport().orElseThrow(() -> rejected("the quote is not about a TD", null));
        Map<String, Bytes> measurements = new HashMap<>();
        report.registers().forEach((name, value) -> measurements.put(name, bytes(value)));
        return new Attestation(
                TdxBackend.FORMAT,
                bytes(report.reportData()),
                measurements,
                verified.status().token(),
                verified.advisoryIds(),
                bytes(verified.authentic().platform().ppid()),
                TdxClaims.of(verified, report, stale),
                until);
    }

    /** Of what depends on collateral that can be fetched, the next try may have better. */
    private static Kind kindOf(DcapCode code) {
        return switch (code.category()) {
            case COLLATERAL, UNAVAILABLE -> code == DcapCode.INTERNAL_ERROR ? Kind.INTERNAL : Kind.UNAVAILABLE;
            default -> Kind.EVIDENCE_REJECTED;
        };
    }

    /** The TD policy's details are words that clients of the reference look for, so they stand alone. */
    private static String explain(DcapException refusal) {
        return refusal.object() == DcapObject.TD ? refusal.detail() : String.valueOf(refusal.getMessage());
    }

    private static PluginException rejected(String message, @Nullable Exception cause) {
        return new PluginException(Kind.EVIDENCE_REJECTED, message, cause);
    }

    private static Bytes bytes(ByteView view) {
        return Bytes.of(view.toArray());
    }

    @Override
    public void close() {
        collateral.close();
        try {
            connections.close();
        } catch (Exception e) {
            // Connections that are gone already.
        }
    }
}
