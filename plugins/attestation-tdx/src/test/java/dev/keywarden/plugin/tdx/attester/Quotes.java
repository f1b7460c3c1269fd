package dev.keywarden.plugin.tdx.attester;

import dev.keywarden.attestation.AttestationEnvelope;
import dev.keywarden.softtee.SimulatedMachine;
import dev.keywarden.softtee.SoftwareTee;
import dev.keywarden.spi.Bytes;
import java.util.Arrays;

/** Quotes that parse, of a software TEE. */
final class Quotes {
    static final Bytes REPORT_DATA = repeated(0x5A, 64);
    static final Bytes OTHER_REPORT_DATA = repeated(0xA5, 64);
    static final SimulatedMachine MACHINE = SimulatedMachine.builder().build();

    private static final SoftwareTee TEE = SoftwareTee.fromSeed(new byte[32]);

    private Quotes() {}

    static byte[] over(Bytes reportData) {
        return envelope(reportData).quote().toArray();
    }

    static AttestationEnvelope envelope(Bytes reportData) {
        return TEE.attest(MACHINE, reportData);
    }

    static Bytes repeated(int value, int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return Bytes.of(bytes);
    }
}
