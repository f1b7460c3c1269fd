package dev.keywarden.spi;

/** Makes evidence about the machine this process runs on. */
@FunctionalInterface
public interface Attester {
    /**
     * Makes fresh evidence that carries the given report data.
     *
     * @param reportData exactly 64 bytes
     * @return evidence with the full event log, not stripped for certificates
     * @throws PluginException with {@link PluginException.Kind#UNAVAILABLE} if the machine does not answer
     */
    Evidence attest(Bytes reportData);
}
