package dev.keywarden.dcap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** The quotes in the test resources (see the README beside them), and how to look for a refusal. */
final class Vectors {
    /** A time at which every certificate of the vectors is valid. */
    static final Instant GOOD_TIME = Instant.parse("2025-07-01T00:00:00Z");

    static final QuoteLimits WITH_SGX = QuoteLimits.DEFAULT.withSgx();

    /** Where the parts of {@code tdx_quote} lie. */
    static final int TDX_BODY_END = 632;

    static final int TDX_SIGNATURE = 636;
    static final int TDX_ATTESTATION_KEY = 700;
    static final int TDX_OUTER_TYPE = 764;
    static final int TDX_OUTER_SIZE = 766;
    static final int TDX_QE_REPORT = 770;
    static final int TDX_QE_SIGNATURE = 1154;
    static final int TDX_AUTH_LENGTH = 1218;
    static final int TDX_AUTH_DATA = 1220;
    static final int TDX_INNER_TYPE = 1252;
    static final int TDX_INNER_SIZE = 1254;
    static final int TDX_PEM = 1258;
    static final int TDX_END = 4936;

    private Vectors() {}

    static byte[] tdxQuote() {
        return read("tdx_quote");
    }

    /** {@code tdx_quote} without its 70 zeros. */
    static byte[] tdxQuoteUnpadded() {
        return Arrays.copyOf(tdxQuote(), TDX_END);
    }

    static byte[] sgxQuote() {
        return read("sgx_quote");
    }

    static byte[] simulatorQuote() {
        return read("simulator_quote");
    }

    static Collateral tdxCollateral() {
        return Collateral.ofJson(read("tdx_quote_collateral.json"));
    }

    static Collateral sgxCollateral() {
        return Collateral.ofJson(read("sgx_quote_collateral.json"));
    }

    static RootCertificate simulatorRoot() {
        return RootCertificate.ofPem(read("simulator_root.pem"));
    }

    static byte[] read(String name) {
        try (InputStream in = Objects.requireNonNull(Vectors.class.getResourceAsStream(name), name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A copy with one bit turned. */
    static byte[] flip(byte[] bytes, int index, int bit) {
        byte[] changed = bytes.clone();
        changed[index] ^= (byte) (1 << bit);
        return changed;
    }

    /** A copy with other bytes in one place, given as unsigned values. */
    static byte[] with(byte[] bytes, int index, int... values) {
        byte[] changed = bytes.clone();
        for (int i = 0; i < values.length; i++) {
            changed[index + i] = (byte) values[i];
        }
        return changed;
    }

    static DcapException refusal(ThrowingCallable call) {
        DcapException refusal = catchThrowableOfType(DcapException.class, call);
        assertThat(refusal).as("a refusal").isNotNull();
        return refusal;
    }

    static DcapCode code(ThrowingCallable call) {
        return refusal(call).code();
    }
}
