package dev.keywarden.app.quote;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.keywarden.attestation.AttestationEnvelope;
import dev.keywarden.attestation.EnvelopeCodec;
import dev.keywarden.softtee.SimulatedMachine;
import dev.keywarden.softtee.SoftwareTee;
import dev.keywarden.spi.Bytes;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class QuoteInputTest {
    private static final AttestationEnvelope ENVELOPE =
            SoftwareTee.fromSeed(new byte[32]).attest(SimulatedMachine.builder().build(), Bytes.of(new byte[64]));
    private static final byte[] QUOTE = ENVELOPE.quote().toArray();

    @Test
    void recognisesAQuoteWhateverItIsWrittenIn() {
        String hex = ENVELOPE.quote().toHex();
        for (byte[] content : List.of(
                QUOTE,
                hex.getBytes(US_ASCII),
                ("0x" + hex.toUpperCase(Locale.ROOT) + "\n").getBytes(US_ASCII),
                Base64.getMimeEncoder().encode(QUOTE))) {
            QuoteInput input = QuoteInput.recognise(content);
            assertThat(input.quote()).isEqualTo(ENVELOPE.quote());
            assertThat(input.form()).startsWith("a quote");
            assertThat(input.envelope()).isEmpty();
        }
    }

    @Test
    void recognisesBothEnvelopes() {
        for (Bytes envelope : List.of(EnvelopeCodec.encodeScale(ENVELOPE), EnvelopeCodec.encodeMessagePack(ENVELOPE))) {
            QuoteInput input = QuoteInput.recognise(envelope.toArray());
            assertThat(input.quote()).isEqualTo(ENVELOPE.quote());
            assertThat(input.form()).startsWith("an attestation");
            assertThat(input.envelope()).isPresent();
        }
    }

    @Test
    void refusesEverythingElse() {
        for (String content : List.of(
                "",
                "04",
                "{\"pck_crl\":\"\"}",
                "not a quote!",
                "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")) {
            assertThatIllegalArgumentException()
                    .as(content)
                    .isThrownBy(() -> QuoteInput.recognise(content.getBytes(US_ASCII)));
        }
    }
}
