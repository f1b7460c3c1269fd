package dev.keywarden.plugin.mock;

import dev.keywarden.attestation.AttestationEnvelope;
import dev.keywarden.attestation.EnvelopeCodec;
import dev.keywarden.attestation.EnvelopeException;
import dev.keywarden.dcap.AuthenticQuote;
import dev.keywarden.dcap.ByteView;
import dev.keywarden.dcap.DcapCode;
import dev.keywarden.dcap.DcapException;
import dev.keywarden.dcap.DcapObject;
import dev.keywarden.dcap.Quote;
import dev.keywarden.dcap.QuoteLimits;
import dev.keywarden.dcap.QuoteVerifier;
import dev.keywarden.dcap.TdPolicy;
import dev.keywarden.dcap.TdReport;
import dev.keywarden.spi.Attestation;
import dev.keywarden.spi.Attestation.Binding;
import dev.keywarden.spi.Attestation.Claim;
import dev.keywarden.spi.AttestationVerifier;
import dev.keywarden.spi.Bytes;
import dev.keywarden.spi.Evidence;
import dev.keywarden.spi.PluginException;
import dev.keywarden.spi.PluginException.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Verifies evidence of software TEEs: envelope, quote, signatures up to one of the software roots, and the TD's
 * configuration as the reference judges it. There is no collateral to a simulated platform; its TCB is reported as up to
 * date because the authorizers behind the gates are written for that word.
 */
final class MockVerifier implements AttestationVerifier {
    /** How long a result may be relied upon at most. */
    static final Duration MAX_AGE = Duration.ofMinutes(5);

    private static final String TCB_STATUS = "UpToDate";

    private final Supplier<QuoteVerifier> quoteVerifier;

    /** @param quoteVerifier asked at each use; the software roots may have to be made first */
    MockVerifier(Supplier<QuoteVerifier> quoteVerifier) {
        this.quoteVerifier = quoteVerifier;
    }

    @Override
    public Attestation verify(Evidence evidence, Instant now) {
        if (!evidence.format().equals(MockBackend.FORMAT)) {
            throw rejected("evidence of the format " + MockBackend.FORMAT + " is understood, and no other", null);
        }
        try {
            AttestationEnvelope envelope = EnvelopeCodec.decode(evidence.envelope());
            Quote quote = Quote.parse(envelope.quote().toArray(), QuoteLimits.DEFAULT);
            AuthenticQuote authentic = quoteVerifier.get().verifySignatures(quote, now);
            TdPolicy.DCAP.check(authentic);
            return attestation(authentic, now);
        } catch (EnvelopeException e) {
            throw rejected(e.getMessage(), e);
        } catch (DcapException e) {
            throw rejected(explain(e), e);
        }
    }

    private static Attestation attestation(AuthenticQuote authentic, Instant now) {
        TdReport report = authentic.quote().tdReport().orElseThrow(() -> rejected("the quote is not about a TD", null));
        Instant latest = now.plus(MAX_AGE);
        Instant end = authentic.validUntil();
        return new Attestation(
                MockBackend.FORMAT,
                bytes(report.reportData()),
                measurements(report),
                TCB_STATUS,
                List.of(),
                bytes(authentic.platform().ppid()),
                claims(authentic),
                end.isBefore(latest) ? end : latest);
    }

    private static Map<String, Bytes> measurements(TdReport report) {
        Map<String, Bytes> measurements = new HashMap<>();
        report.registers().forEach((name, value) -> measurements.put(name, bytes(value)));
        return measurements;
    }

    /** No hardware stands behind any of these, so none of them says that one does. */
    private static List<Claim> claims(AuthenticQuote authentic) {
        return List.of(
                new Claim("trust_anchor", authentic.trustAnchor(), Binding.SELF_ASSERTED),
                new Claim("root_key_sha256", authentic.rootKeyDigest().toHex(), Binding.SELF_ASSERTED),
                new Claim("fmspc", authentic.platform().fmspc().toHex(), Binding.SELF_ASSERTED));
    }

    /** The TD policy's details are words that clients of the reference look for, so they stand alone. */
    private static String explain(DcapException refusal) {
        if (refusal.object() == DcapObject.TD) {
            return refusal.detail();
        }
        if (refusal.code() == DcapCode.ROOT_NOT_TRUSTED) {
            return refusal.getMessage()
                    + "; add the root of that software TEE to core.attestation.mock.roots to accept it";
        }
        return String.valueOf(refusal.getMessage());
    }

    private static PluginException rejected(String message, @Nullable Exception cause) {
        return new PluginException(Kind.EVIDENCE_REJECTED, message, cause);
    }

    private static Bytes bytes(ByteView view) {
        return Bytes.of(view.toArray());
    }
}
