package dev.keywarden.keys;

import dev.keywarden.spi.Attestation;
import dev.keywarden.spi.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What evidence about new root keys is asked to sign (wire protocol, section 10.2). */
public final class BootstrapReportData {
    // The misspelling is part of the protocol.
    private static final String PREFIX = "dstack-kms-genereted-keys-v1:";

    private BootstrapReportData() {}

    /**
     * Binds evidence to both public root keys.
     *
     * @param caSpki SubjectPublicKeyInfo of the root CA key, 91 bytes
     * @param k256PublicKey compressed, 33 bytes
     * @return 64 bytes, the last 32 of them zero
     */
    public static Bytes of(Bytes caSpki, Bytes k256PublicKey) {
        String text = PREFIX + caSpki.toHex() + ";" + k256PublicKey.toHex() + ";";
        byte[] digest = Keccak.digest256(Bytes.of(text.getBytes(StandardCharsets.US_ASCII)));
        return Bytes.of(Arrays.copyOf(digest, Attestation.REPORT_DATA_BYTES));
    }
}
