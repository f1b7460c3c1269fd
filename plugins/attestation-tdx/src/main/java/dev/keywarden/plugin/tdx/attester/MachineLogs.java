package dev.keywarden.plugin.tdx.attester;

import dev.keywarden.attestation.AttestationEnvelope;
import dev.keywarden.attestation.EnvelopeException;
import dev.keywarden.attestation.RuntimeEvent;
import dev.keywarden.attestation.RuntimeEventFile;
import dev.keywarden.attestation.TcgEventLog;
import dev.keywarden.attestation.TdxEvent;
import dev.keywarden.spi.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a guest writes down about itself: the firmware's log, its own run-time events, and its configuration (TDX fact sheet,
 * section 5.6). A file that is not there is an empty log; the registers in the quote tell whether that is true.
 *
 * @param firmwareLog the area that the ACPI table CCEL points to
 * @param runtimeEvents the guest's own log
 * @param vmConfig the VM configuration, or {@code null} for none
 */
record MachineLogs(
        Path firmwareLog, Path runtimeEvents, @Nullable Path vmConfig) {
    private static final int MAX_FILE_BYTES = 4 * 1024 * 1024;

    /**
     * Puts evidence together.
     *
     * @throws AttesterException with {@link AttesterCode#ATTESTER_FAILED} if a file is there and can't be read
     */
    AttestationEnvelope envelope(Bytes quote, Bytes reportData) {
        try {
            Bytes firmware = read(firmwareLog);
            List<TdxEvent> events = new ArrayList<>(firmware.isEmpty() ? List.of() : TcgEventLog.parse(firmware));
            List<RuntimeEvent> runtime = RuntimeEventFile.parse(read(runtimeEvents));
            // The firmware's area may repeat what the guest measured; its own log is the one that has the names.
            events.removeIf(TdxEvent::isRuntime);
            runtime.forEach(event -> events.add(TdxEvent.of(event)));
            String config = vmConfig == null ? "" : new String(read(vmConfig).toArray(), StandardCharsets.UTF_8);
            return new AttestationEnvelope(quote, events, runtime, reportData, config);
        } catch (EnvelopeException e) {
            throw new AttesterException(AttesterCode.ATTESTER_FAILED, String.valueOf(e.getMessage()), e);
        }
    }

    private static Bytes read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] content = in.readNBytes(MAX_FILE_BYTES + 1);
            if (content.length > MAX_FILE_BYTES) {
                throw new AttesterException(
                        AttesterCode.ATTESTER_FAILED, file + " has more than " + MAX_FILE_BYTES + " bytes");
            }
            return Bytes.of(content);
        } catch (NoSuchFileException e) {
            return Bytes.EMPTY;
        } catch (IOException e) {
            throw new AttesterException(AttesterCode.ATTESTER_FAILED, file + " can't be read (" + e + ")", e);
        }
    }
}
