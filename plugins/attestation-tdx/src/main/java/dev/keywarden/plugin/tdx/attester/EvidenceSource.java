package dev.keywarden.plugin.tdx.attester;

import dev.keywarden.attestation.AttestationEnvelope;
import dev.keywarden.spi.Bytes;
import java.util.Optional;

/** One way to whole evidence about this machine. */
interface EvidenceSource {
    /** The name that the configuration uses. */
    String name();

    /** Why this machine does not have the source, one clause; empty if it has. Cheap, and changes nothing. */
    Optional<String> absence();

    /**
     * Makes evidence. Calls may block; interrupting one may or may not end it.
     *
     * @param reportData 64 bytes
     * @throws AttesterException if none was had
     */
    AttestationEnvelope attest(Bytes reportData);
}
