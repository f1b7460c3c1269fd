package dev.keywarden.keys;

import java.util.Arrays;
import java.util.function.Supplier;

/**
 * Root keys on their way from one KMS to another, in the form of the protocol: the root CA key as PKCS#8 in PEM, the k256
 * root key as 32 raw bytes, the temporary CA's key as PEM (wire protocol, sections 2.3 and 10.3).
 *
 * @param caKeyPem ASCII text
 * @param k256Key 32 bytes
 */
public record KeyHandover(KeyMaterial caKeyPem, KeyMaterial k256Key) implements AutoCloseable {
    /** What a source hands over; closed by the caller once it is sent. */
    public static KeyHandover of(RootKeys keys) {
        return new KeyHandover(keys.rootCa().pem(), keys.k256().scalar().expose(KeyMaterial::copyOf));
    }

    /**
     * Reads what a source handed over.
     *
     * @param k256Key overwritten when it has been read
     * @return keys owned by the caller
     * @throws KeyException if a key does not parse, is out of range, or is there twice; the message begins as the protocol says
     */
    public static RootKeys receive(String caKeyPem, byte[] k256Key, String tempCaKeyPem) {
        P256Key ca = parsed("Failed to parse CA key", () -> P256Key.fromPem(caKeyPem));
        P256Key tempCa = parsed("Failed to parse tmp CA key", () -> P256Key.fromPem(tempCaKeyPem));
        try {
            return new RootKeys(
                    ca,
                    parsed("Failed to parse ECDSA key", () -> K256Key.fromScalar(KeyMaterial.copyOf(k256Key))),
                    tempCa);
        } catch (KeyException e) {
            ca.close();
            tempCa.close();
            throw e;
        } finally {
            Arrays.fill(k256Key, (byte) 0);
        }
    }

    private static <K> K parsed(String context, Supplier<K> key) {
        try {
            return key.get();
        } catch (KeyException e) {
            throw new KeyException(context + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        caKeyPem.close();
        k256Key.close();
    }
}
