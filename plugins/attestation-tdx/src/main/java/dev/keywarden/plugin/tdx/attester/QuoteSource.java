package dev.keywarden.plugin.tdx.attester;

import dev.keywarden.spi.Bytes;
import java.util.Optional;

/** One way to a bare quote of this machine. */
interface QuoteSource {
    /** Longest quote taken from any source, in bytes: as much as the kernel's buffer holds. */
    int MAX_QUOTE_BYTES = 128 * 1024;

    /** The name that the configuration uses. */
    String name();

    /** As {@link EvidenceSource#absence()}. */
    Optional<String> absence();

    /**
     * Makes a quote. Calls may block; interrupting one may or may not end it.
     *
     * @param reportData 64 bytes
     * @return the quote, 1 to {@link #MAX_QUOTE_BYTES} bytes, unchecked
     * @throws AttesterException if none was had
     */
    byte[] quote(Bytes reportData);
}
