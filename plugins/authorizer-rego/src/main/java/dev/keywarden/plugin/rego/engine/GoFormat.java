package dev.keywarden.plugin.rego.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywarden.plugin.rego.json.Json;
import dev.keywarden.plugin.rego.json.JsonNumber;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code sprintf} as the policy language has it: Go's verbs, over integers, floating-point numbers and texts; every other
 * value is a text first, written as the language writes it.
 *
 * @implSpec pkg.go.dev/fmt, "Printing"; the verbs {@code v s d q t x X e E f F g G %}, the flags {@code - + 0} and the space,
 *     width and precision as numbers
 */
final class GoFormat {
    private static final Pattern VERB = Pattern.compile("%([-+0 ]*)(\\d{1,4})?(?:\\.(\\d{1,4})?)?(.)?", Pattern.DOTALL);

    private final List<Object> arguments = new ArrayList<>();
    private int next;

    private GoFormat(List<?> values) {
        for (Object value : values) {
            arguments.add(argument(value));
        }
    }

    static String format(String format, List<?> values) {
        return new GoFormat(values).format(format);
    }

    private static Object argument(@Nullable Object value) {
        if (value instanceof JsonNumber number) {
            boolean whole = number.toString().matches("-?\\d+");
            return whole ? number.toBigDecimal().toBigInteger() : (Object) number.doubleValue();
        }
        return value instanceof String text ? text : rego(value);
    }

    /** A value as the policy language writes it: JSON with a space after each colon and comma. */
    private static String rego(@Nullable Object value) {
        StringBuilder out = new StringBuilder();
        rego(out, value);
        return out.toString();
    }

    private static void rego(StringBuilder out, @Nullable Object value) {
        switch (value) {
            case Map<?, ?> object -> {
                String between = "{";
                for (Map.Entry<?, ?> entry : object.entrySet()) {
                    rego(out.append(between), entry.getKey());
                    rego(out.append(": "), entry.getValue());
                    between = ", ";
                }
                out.append(object.isEmpty() ? "{}" : "}");
            }
            case List<?> array -> {
                String between = "[";
                for (Object element : array) {
                    rego(out.append(between), element);
                    between = ", ";
                }
                out.append(array.isEmpty() ? "[]" : "]");
            }
            case null -> out.append("null");
            default -> out.append(new String(Json.write(value), UTF_8));
        }
    }

    private String format(String format) {
        StringBuilder out = new StringBuilder();
        Matcher verb = VERB.matcher(format);
        while (verb.find()) {
            verb.appendReplacement(out, "");
            out.append(one(verb));
        }
        verb.appendTail(out);
        if (next < arguments.size()) {
            String between = "%!(EXTRA ";
            for (Object extra : arguments.subList(next, arguments.size())) {
                out.append(between).append(type(extra)).append('=').append(plain(extra));
                between = ", ";
            }
            out.append(')');
        }
        return out.toString();
    }

    private String one(Matcher verb) {
        String letter = verb.group(4);
        if (letter == null) {
            return "%!(NOVERB)";
        }
        if (letter.equals("%")) {
            return "%";
        }
        if (next == arguments.size()) {
            return "%!" + letter + "(MISSING)";
        }
        Object argument = arguments.get(next++);
        boolean hasPoint = verb.group().indexOf('.') >= 0;
        int precision = verb.group(3) != null ? Integer.parseInt(verb.group(3)) : hasPoint ? 0 : -1;
        String text = render(letter.charAt(0), verb.group(1), precision, argument);
        return text == null
                ? "%!" + letter + "(" + type(argument) + "=" + plain(argument) + ")"
                : pad(text, verb.group(1), verb.group(2), !(argument instanceof String));
    }

    /** Without its width; null if the verb does not go with the value. */
    private static @Nullable String render(char letter, String flags, int precision, Object argument) {
        return switch (argument) {
            case BigInteger whole -> integer(letter, flags, whole);
            case Double real -> real(letter, flags, precision, real);
            default -> text(letter, precision, (String) argument);
        };
    }

    private static @Nullable String integer(char letter, String flags, BigInteger value) {
        String digits =
                switch (letter) {
                    case 'v', 'd' -> value.toString();
                    case 'x' -> value.toString(16);
                    case 'X' -> value.toString(16).toUpperCase(Locale.ROOT);
                    case 'o' -> value.toString(8);
                    case 'b' -> value.toString(2);
                    default -> null;
                };
        return digits == null ? null : signed(digits, flags);
    }

    private static @Nullable String real(char letter, String flags, int precision, double value) {
        int places = precision < 0 ? 6 : precision;
        String digits =
                switch (letter) {
                    case 'f', 'F' -> String.format(Locale.ROOT, "%." + places + "f", value);
                    case 'e' -> String.format(Locale.ROOT, "%." + places + "e", value);
                    case 'E' -> String.format(Locale.ROOT, "%." + places + "E", value);
                    case 'v', 'g', 'G' -> shortest(value);
                    default -> null;
                };
        return digits == null ? null : signed(digits, flags);
    }

    /** The fewest digits that mean the same number; with an exponent below -4 and from 21 on. */
    private static String shortest(double value) {
        BigDecimal exact = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        int exponent = exact.precision() - exact.scale() - 1;
        if (exponent >= -4 && exponent < 21) {
            return exact.toPlainString();
        }
        String digits = exact.unscaledValue().abs().toString();
        String mantissa = digits.length() == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
        String power = Integer.toString(Math.abs(exponent));
        return (exact.signum() < 0 ? "-" : "") + mantissa + "e" + (exponent < 0 ? "-" : "+")
                + (power.length() < 2 ? "0" + power : power);
    }

    private static String signed(String digits, String flags) {
        if (digits.startsWith("-")) {
            return digits;
        }
        return flags.contains("+") ? "+" + digits : flags.contains(" ") ? " " + digits : digits;
    }

    private static @Nullable String text(char letter, int precision, String value) {
        String shown = precision >= 0 && value.codePointCount(0, value.length()) > precision
                ? value.substring(0, value.offsetByCodePoints(0, precision))
                : value;
        return switch (letter) {
            case 'v', 's' -> shown;
            case 'q' -> new String(Json.write(shown), UTF_8);
            case 'x' -> HexFormat.of().formatHex(shown.getBytes(UTF_8));
            case 'X' -> HexFormat.of().withUpperCase().formatHex(shown.getBytes(UTF_8));
            default -> null;
        };
    }

    private static String pad(String text, String flags, @Nullable String width, boolean number) {
        int missing = width == null ? 0 : Integer.parseInt(width) - text.codePointCount(0, text.length());
        if (missing <= 0) {
            return text;
        }
        if (flags.contains("-")) {
            return text + " ".repeat(missing);
        }
        if (!flags.contains("0")) {
            return " ".repeat(missing) + text;
        }
        int sign = number && !text.isEmpty() && "+- ".indexOf(text.charAt(0)) >= 0 ? 1 : 0;
        return text.substring(0, sign) + "0".repeat(missing) + text.substring(sign);
    }

    private static String type(Object argument) {
        return switch (argument) {
            case BigInteger whole -> whole.bitLength() < Long.SIZE ? "int64" : "*big.Int";
            case Double real -> "float64";
            default -> "string";
        };
    }

    private static String plain(Object argument) {
        return String.valueOf(render('v', "", -1, argument));
    }
}
