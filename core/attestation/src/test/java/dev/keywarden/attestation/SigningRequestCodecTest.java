package dev.keywarden.attestation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywarden.spi.Bytes;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Wire protocol, sections 5.6 and 15.4, and what the reference's guests sent. */
final class SigningRequestCodecTest {
    private static final Bytes KEY = Bytes.fromHex("010203");
    private static final Bytes NO_REPORT_DATA = Bytes.of(new byte[64]);

    /** Section 15.4, published: version 2 without a quote, and with a quote of one byte. */
    private static final String PUBLISHED_PLAIN = "44706c65617365207369676e20636572743a0c0102030040746573742e6578616d70"
            + "6c652e636f6d00010000000000000000" + "00".repeat(67);

    private static final String PUBLISHED_QUOTE = "44706c65617365207369676e20636572743a0c0102030040746573742e6578616d70"
            + "6c652e636f6d0001000100000000000409" + "00".repeat(67);

    /** Section 15.4: version 1. */
    private static final String V1_EXAMPLE = "44706c65617365207369676e20636572743a0c010203012054657374204f7267"
            + "40746573742e6578616d706c652e636f6d043c616c742e6578616d706c652e636f6d0100000000";

    private static final RequestedCertificate SERVER = new RequestedCertificate(
            Optional.empty(),
            "test.example.com",
            List.of(),
            true,
            false,
            false,
            false,
            Optional.empty(),
            Optional.empty());

    private static AttestationEnvelope evidence(String quote) {
        return new AttestationEnvelope(Bytes.fromHex(quote), List.of(), List.of(), NO_REPORT_DATA, "");
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }

    private static SigningRequest decode(String recording, byte[] bytes) {
        return recording.startsWith("signcert-v1")
                ? SigningRequestCodec.decodeV1(bytes)
                : SigningRequestCodec.decodeV2(bytes);
    }

    @Test
    void writesAndReadsThePublishedRequests() {
        SigningRequest.V2 plain = new SigningRequest.V2(KEY, SERVER, evidence(""));
        assertThat(HexFormat.of().formatHex(SigningRequestCodec.encode(plain)))
                .isEqualTo(PUBLISHED_PLAIN)
                .hasSize(2 * 117);
        assertThat(SigningRequestCodec.decodeV2(hex(PUBLISHED_PLAIN))).isEqualTo(plain);

        RequestedCertificate attested = new RequestedCertificate(
                Optional.empty(),
                "test.example.com",
                List.of(),
                true,
                false,
                true,
                false,
                Optional.empty(),
                Optional.empty());
        SigningRequest.V2 quoted = new SigningRequest.V2(KEY, attested, evidence("09"));
        assertThat(HexFormat.of().formatHex(SigningRequestCodec.encode(quoted))).isEqualTo(PUBLISHED_QUOTE);
        assertThat(SigningRequestCodec.decodeV2(hex(PUBLISHED_QUOTE))).isEqualTo(quoted);
    }

    @Test
    void writesAndReadsTheExampleOfVersion1() {
        SigningRequest.V1 request = new SigningRequest.V1(
                SigningRequest.CONFIRM,
                KEY,
                new RequestedCertificate(
                        Optional.of("Test Org"),
                        "test.example.com",
                        List.of("alt.example.com"),
                        true,
                        false,
                        false,
                        false,
                        Optional.empty(),
                        Optional.empty()),
                Bytes.EMPTY,
                Bytes.EMPTY);
        assertThat(HexFormat.of().formatHex(SigningRequestCodec.encode(request)))
                .isEqualTo(V1_EXAMPLE);
        assertThat(SigningRequestCodec.decodeV1(hex(V1_EXAMPLE))).isEqualTo(request);
        assertThatThrownBy(request::evidence).isInstanceOf(EnvelopeException.class);
    }

    /** Section 15.4: no organization, subject "a", client only, app info, not before 1700000000. */
    @Test
    void writesAndReadsTimesAndAppInfo() {
        String expected = "44706c65617365207369676e20636572743a0c010203" + "00" + "0461" + "00" + "00" + "01" + "00"
                + "01" + "01" + "00f1536500000000" + "00" + "00".repeat(70);
        SigningRequest.V2 request = SigningRequestCodec.decodeV2(hex(expected));
        assertThat(request.wanted())
                .isEqualTo(new RequestedCertificate(
                        Optional.empty(),
                        "a",
                        List.of(),
                        false,
                        true,
                        false,
                        true,
                        Optional.of(1_700_000_000L),
                        Optional.empty()));
        assertThat(HexFormat.of().formatHex(SigningRequestCodec.encode(request)))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "signcert-v1.csr.bin",
                "signcert-v1-quote.csr.bin",
                "signcert-v2-v0-quote-appinfo.csr.bin",
                "signcert-v2-v1-quote.csr.bin",
                "signcert-v2-v1ev2.csr.bin",
                "signcert-v2-full-events.csr.bin"
            })
    void readsAndWritesWhatTheReferencesGuestsSent(String recording) {
        byte[] sent = Recordings.bytes(recording);
        SigningRequest request = decode(recording, sent);
        assertThat(request.confirm()).isEqualTo(SigningRequest.CONFIRM);
        assertThat(request.wanted().subject()).isEqualTo("app.example.com");
        assertThat(request.wanted().subjectAltNames()).containsExactly("app.example.com", "127.0.0.1");
        assertThat(request.wanted().serverAuth()).isTrue();
        assertThat(request.wanted().clientAuth()).isTrue();
        assertThat(request.evidence().reportData()).isEqualTo(ReportData.ratlsCert(request.publicKey()));
        assertThat(HexFormat.of().formatHex(SigningRequestCodec.encode(request)))
                .isEqualTo(HexFormat.of().formatHex(sent));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"signcert-v1-quote.csr.bin", "signcert-v2-full-events.csr.bin", "signcert-v2-v1ev2.csr.bin"})
    void refusesEveryTruncationAndAnythingBehind(String recording) {
        byte[] sent = Recordings.bytes(recording);
        for (int length = 0; length < sent.length; length++) {
            byte[] cut = Arrays.copyOf(sent, length);
            assertThatThrownBy(() -> decode(recording, cut))
                    .as("first %d bytes", length)
                    .isInstanceOf(EnvelopeException.class);
        }
        assertThatThrownBy(() -> decode(recording, Arrays.copyOf(sent, sent.length + 1)))
                .isInstanceOf(EnvelopeException.class)
                .hasMessageContaining("railing bytes");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''                                          | confirm: Not enough data
            ffffffff                                    | confirm: a length of more than 32 bits
            4500706c65617365207369676e20636572743a      | confirm: the length 17 is not in its shortest form
            08c328                                      | confirm: invalid UTF-8
            0461fe                                      | pubkey: Not enough data
            0461feffffff                                | pubkey: a length of 1073741823 exceeds the 0 bytes left
            04610002                                    | config: org_name: invalid option tag 2
            0461000004                                  | config: subject: a length of 1 exceeds the 0 bytes left
            04610000000c0400                            | config: subject_alt_names: 3 elements can't fit the 2 bytes left
            04610000000002                              | config: usage_server_auth: invalid boolean 2
            0461000000000103                            | config: usage_client_auth: invalid boolean 3
            04610000000001010a                          | config: ext_quote: invalid boolean 10
            046100000000010101ff                        | config: ext_app_info: invalid boolean 255
            04610000000001010101ff                      | config: not_before: invalid option tag 255
            0461000000000101010101ff                    | config: not_before: Not enough data
            0461000000000101010100ff                    | config: not_after: invalid option tag 255
            0461000000000101010100000000                | attestation: Failed to decode legacy VersionedAttestation
            0461000000000101010100000001                | attestation: Failed to decode legacy VersionedAttestation:
            046100000000010101010000                    | attestation: Empty attestation bytes
            0461000000000101010100007f                  | attestation: Unknown attestation wire format
            046100000000010101010000c0                  | attestation: Unknown attestation wire format
            """)
    void saysWhichFieldIsWrong(String request, String message) {
        assertThatThrownBy(() -> SigningRequestCodec.decodeV2(hex(request)))
                .isInstanceOf(EnvelopeException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void readsAtMostSoManyNames() {
        assertThat(withNames(SigningRequestCodec.MAX_ALT_NAMES).wanted().subjectAltNames())
                .hasSize(SigningRequestCodec.MAX_ALT_NAMES);
        assertThatThrownBy(() -> withNames(SigningRequestCodec.MAX_ALT_NAMES + 1))
                .isInstanceOf(EnvelopeException.class)
                .hasMessage("config: subject_alt_names: 257 elements, of which at most 256 are read");
    }

    private static SigningRequest.V2 withNames(int count) {
        RequestedCertificate wanted = new RequestedCertificate(
                Optional.empty(),
                "a",
                Collections.nCopies(count, "b"),
                true,
                false,
                false,
                false,
                Optional.empty(),
                Optional.empty());
        return SigningRequestCodec.decodeV2(
                SigningRequestCodec.encode(new SigningRequest.V2(KEY, wanted, evidence("09"))));
    }

    @Test
    void mutatedBytesAreReadOrRefusedAndNothingElse() {
        byte[] sent = Recordings.bytes("signcert-v2-v0-quote-appinfo.csr.bin");
        Random seeded = new Random(11);
        for (int round = 0; round < 5_000; round++) {
            byte[] mutated = sent.clone();
            // Mostly where the lengths are.
            int at = seeded.nextInt(round % 2 == 0 ? 200 : mutated.length);
            mutated[at] = (byte) seeded.nextInt(256);
            try {
                byte[] again = SigningRequestCodec.encode(SigningRequestCodec.decodeV2(mutated));
                assertThat(Arrays.equals(again, mutated)).as("one form only").isTrue();
            } catch (EnvelopeException expected) {
                assertThat(expected.getMessage()).isNotBlank();
            }
        }
    }
}
