package dev.keywarden.keys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywarden.spi.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BootstrapInfoTest {
    private static final byte[] RECORDED = ReferenceDirectory.bytes("keys-r2/bootstrap-info.json");

    @Test
    void writesWhatTheReferenceWrote() {
        assertThat(BootstrapInfo.parse(RECORDED))
                .get()
                .extracting(BootstrapInfo::toJson)
                .isEqualTo(RECORDED);
    }

    @Test
    void countsAsAbsentWhenTruncatedAnywhere() {
        byte[] small = new BootstrapInfo(Bytes.fromHex("01"), Bytes.fromHex("02"), Bytes.EMPTY).toJson();
        for (int length = 0; length < small.length; length++) {
            assertThat(BootstrapInfo.parse(Arrays.copyOf(small, length)))
                    .as("%d bytes", length)
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "[]",
                "\"text\"",
                "{}",
                "{\"ca_pubkey\":\"01\",\"k256_pubkey\":\"02\"}",
                "{\"ca_pubkey\":\"01\",\"k256_pubkey\":\"02\",\"attestation\":null}",
                "{\"ca_pubkey\":1,\"k256_pubkey\":\"02\",\"attestation\":\"\"}",
                "{\"ca_pubkey\":\"0\",\"k256_pubkey\":\"02\",\"attestation\":\"\"}",
                "{\"ca_pubkey\":\"zz\",\"k256_pubkey\":\"02\",\"attestation\":\"\"}",
                "{\"ca_pubkey\":\"01\",\"ca_pubkey\":\"02\",\"k256_pubkey\":\"02\",\"attestation\":\"\"}",
                "{\"ca_pubkey\":\"01\",\"k256_pubkey\":\"02\",\"attestation\":\"\"} {}",
                "{\"ca_pubkey\":\"01\",\"k256_pubkey\":\"02\",\"attestation\":\"\"} x"
            })
    void countsAsAbsentWhenItIsAnythingElse(String text) {
        assertThat(BootstrapInfo.parse(text.getBytes(StandardCharsets.UTF_8))).isEmpty();
    }

    @Test
    void toleratesFieldsOfLaterVersions() {
        String text = "{\"ca_pubkey\":\"01\",\"k256_pubkey\":\"02\",\"later\":{\"a\":[1]},\"attestation\":\"03\"}";
        assertThat(BootstrapInfo.parse(text.getBytes(StandardCharsets.UTF_8)))
                .contains(new BootstrapInfo(Bytes.fromHex("01"), Bytes.fromHex("02"), Bytes.fromHex("03")));
    }
}
