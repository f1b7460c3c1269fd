package dev.keywarden.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PemTest {
    private static final String PEM =
            new String(ReferenceDirectory.bytes("keys-r2/root-ca.key"), StandardCharsets.US_ASCII);

    private static byte[] decode(String text) {
        return Pem.decode(text.getBytes(StandardCharsets.UTF_8), Pem.PRIVATE_KEY);
    }

    @Test
    void writesWhatItReadsToTheByte() {
        assertThat(new String(Pem.encode(Pem.PRIVATE_KEY, decode(PEM)), StandardCharsets.US_ASCII))
                .isEqualTo(PEM);
    }

    @Test
    void toleratesWhiteSpaceOfEditors() {
        assertThat(decode("\n \t" + PEM.replace("\n", "\r\n") + "\n\n")).isEqualTo(decode(PEM));
    }

    @Test
    void refusesEveryTruncation() {
        String stripped = PEM.strip();
        for (int length = 0; length < stripped.length(); length++) {
            String truncated = stripped.substring(0, length);
            assertThatThrownBy(() -> decode(truncated))
                    .as("%d characters", length)
                    .isInstanceOf(KeyException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-----BEGIN PRIVATE KEY-----",
                "-----BEGIN PRIVATE KEY----------END PRIVATE KEY----",
                "-----BEGIN EC PRIVATE KEY-----\nAA==\n-----END EC PRIVATE KEY-----\n",
                "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n",
                "comment\n-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n",
                "-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\ncomment",
                "-----BEGIN PRIVATE KEY-----\nAA*=\n-----END PRIVATE KEY-----\n",
                "-----BEGIN PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAA==\n-----END PRIVATE KEY-----\n",
                "-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n"
            })
    void refusesAnythingElse(String text) {
        assertThatThrownBy(() -> decode(text))
                .isInstanceOf(KeyException.class)
                .hasNoCause()
                .hasMessageContaining("PEM object of type PRIVATE KEY");
    }
}
