package dev.keywarden.plugin.tdx.attester;

import dev.keywarden.attestation.AttestationEnvelope;
import dev.keywarden.spi.Bytes;
import java.util.Optional;

/** Makes a bare quote whole evidence by adding the logs of the machine. */
final class LoggedQuotes implements EvidenceSource {
    private final QuoteSource quotes;
    private final MachineLogs logs;

    LoggedQuotes(QuoteSource quotes, MachineLogs logs) {
        this.quotes = quotes;
        this.logs = logs;
    }

    @Override
    public String name() {
        return quotes.name();
    }

    @Override
    public Optional<String> absence() {
        return quotes.absence();
    }

    @Override
    public AttestationEnvelope attest(Bytes reportData) {
        // Logs only grow: what was measured between the two would be missing the other way round, here it is found.
        Bytes quote = Bytes.of(quotes.quote(reportData));
        return logs.envelope(quote, reportData);
    }
}
