package dev.keywarden.keys;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Arrays;

/** Private keys of both curves are numbers from 1 to n-1 in 32 bytes, big-endian, n being the order of the curve. */
final class Scalar {
    static final int BYTES = 32;

    private Scalar() {}

    /** Whether this is exactly 32 bytes, and in range. */
    static boolean isValid(byte[] bytes, BigInteger order) {
        if (bytes.length != BYTES) {
            return false;
        }
        BigInteger value = new BigInteger(1, bytes);
        return value.signum() > 0 && value.compareTo(order) < 0;
    }

    /** A new one, uniformly distributed because what is out of range is thrown away and not reduced. */
    static KeyMaterial random(SecureRandom random, BigInteger order) {
        byte[] candidate = new byte[BYTES];
        do {
            random.nextBytes(candidate);
        } while (!isValid(candidate, order));
        KeyMaterial scalar = KeyMaterial.copyOf(candidate);
        Arrays.fill(candidate, (byte) 0);
        return scalar;
    }
}
