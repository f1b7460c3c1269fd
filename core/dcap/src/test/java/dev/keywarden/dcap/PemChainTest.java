package dev.keywarden.dcap;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** TDX fact sheet, section 1.5, rule 7, and section 6.2, rows 44 to 47. */
class PemChainTest {
    private static final String BEGIN = "-----BEGIN CERTIFICATE-----\n";
    private static final String END = "-----END CERTIFICATE-----\n";
    private static final String ONE = BEGIN + "AQID\n" + END;

    @Test
    void readsBlocksWithWhiteSpaceBetweenThemAndOneNulAtTheEnd() {
        List<ByteView> both = decode(ONE + " \r\n\t" + ONE.replace("\n", "\r\n") + "\n\0");

        assertThat(both).hasSize(2).allSatisfy(der -> assertThat(der.toHex()).isEqualTo("010203"));
        assertThat(decode(ONE.stripTrailing())).hasSize(1);
        assertThat(decode("")).isEmpty();
        assertThat(decode(BEGIN + "AQ\nID\n" + END)).hasSize(1);
    }

    @ParameterizedTest
    @MethodSource("damaged")
    void refusesAnythingElse(String text) {
        assertThat(Vectors.refusal(() -> decode(text)))
                .returns(DcapCode.CERT_CHAIN_MALFORMED, DcapException::code)
                .returns(DcapObject.QUOTE, DcapException::object);
    }

    static List<String> damaged() {
        return List.of(
                "x",
                "\n" + ONE,
                "# comment\n" + ONE,
                ONE + "x",
                ONE + "\0\0",
                ONE + "\0\n",
                ONE + "\0" + ONE,
                ONE.replace("-----BEGIN", "----BEGIN"),
                ONE.replace("-----END", "----END"),
                ONE.replace("CERTIFICATE", "X509 CERTIFICATE"),
                ONE.replace("END CERTIFICATE", "END X509 CRL"),
                END + "AQID\n" + BEGIN,
                BEGIN + "AQID\n",
                BEGIN + ONE,
                BEGIN + "AQI!\n" + END,
                BEGIN + "AQI\n" + END,
                BEGIN + "AQJ=\n" + END,
                BEGIN + "AQI==\n" + END,
                BEGIN + "AQ ID\n" + END,
                BEGIN + "AQID" + END,
                BEGIN.strip() + "AQID\n" + END,
                BEGIN + "AQ\u00e4D\n" + END,
                BEGIN + "A".repeat(4 * 1400) + "\n" + END,
                ONE + " ".repeat(16 * 1024));
    }

    private static List<ByteView> decode(String text) {
        return PemChain.decode(ByteView.copyOf(text.getBytes(StandardCharsets.ISO_8859_1)), DcapObject.QUOTE);
    }
}
