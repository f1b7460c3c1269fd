package dev.keywarden.plugin.rego.json;

import java.io.Serial;
import java.math.BigDecimal;

/** A number exactly as it was written: signatures of bundles are over that text, and no digit is lost. */
public final class JsonNumber extends Number {
    @Serial
    private static final long serialVersionUID = 1L;

    private final String text;

    JsonNumber(String text) {
        this.text = text;
    }

    /** The value. */
    public BigDecimal toBigDecimal() {
        return new BigDecimal(text);
    }

    @Override
    public int intValue() {
        return toBigDecimal().intValue();
    }

    @Override
    public long longValue() {
        return toBigDecimal().longValue();
    }

    @Override
    public float floatValue() {
        return toBigDecimal().floatValue();
    }

    @Override
    public double doubleValue() {
        return toBigDecimal().doubleValue();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof JsonNumber that && toBigDecimal().compareTo(that.toBigDecimal()) == 0;
    }

    @Override
    public int hashCode() {
        return toBigDecimal().stripTrailingZeros().hashCode();
    }

    /** The number as it was written. */
    @Override
    public String toString() {
        return text;
    }
}
