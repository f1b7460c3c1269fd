package dev.keywarden.attestation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywarden.spi.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Wire protocol, sections 5.1 to 5.5 and 15.5, and what the reference wrote. */
final class EnvelopeCodecTest {
    private static final String APP_ID = "11".repeat(20);
    private static final String APP_ID_DIGEST =
            "3f1fbb6cfe25e7f19bd48cfa9dc590cabaa946da04f9215402e7083550177292c1478402b258a90c649ccfcb5f408175";

    /** Section 15.5. */
    private static final String V1_EXAMPLE =
            "83a776657273696f6e01a8706c6174666f726d82a46b696e64a3746478a46461746182a571"
                    + "756f7465930102cc80a96576656e745f6c6f679185a3696d7203aa6576656e745f74797065ce08000001a6646967657374c430"
                    + APP_ID_DIGEST + "a56576656e74a66170702d6964ad6576656e745f7061796c6f6164c414" + APP_ID
                    + "a5737461636b82a46b696e64a664737461636ba46461746183ab7265706f72745f64617461dc0040"
                    + "07".repeat(64)
                    + "ae72756e74696d655f6576656e74739182a56576656e74a66170702d6964a77061796c6f6164c414" + APP_ID
                    + "a6636f6e666967a27b7d";

    private static AttestationEnvelope example(String quoteHex, String config) {
        RuntimeEvent appId = new RuntimeEvent("app-id", Bytes.fromHex(APP_ID));
        return new AttestationEnvelope(
                Bytes.fromHex(quoteHex),
                List.of(TdxEvent.of(appId)),
                List.of(appId),
                Bytes.fromHex("07".repeat(64)),
                config);
    }

    @Test
    void writesTheWorkedScaleExample() {
        String expected =
                "0000" + "0c010203" + "04" + "0300000001000008" + "c0" + APP_ID_DIGEST + "186170702d6964" + "50"
                        + APP_ID + "04" + "186170702d6964" + "50" + APP_ID + "07".repeat(64)
                        + "587b226f735f696d6167655f68617368223a223030227d";
        AttestationEnvelope envelope = example("010203", "{\"os_image_hash\":\"00\"}");
        assertThat(EnvelopeCodec.encodeScale(envelope).toHex())
                .isEqualTo(expected)
                .hasSize(2 * 208);
        assertThat(EnvelopeCodec.encodeScale(envelope.stripped()).length()).isEqualTo(160);
        assertThat(EnvelopeCodec.decode(Bytes.fromHex(expected))).isEqualTo(envelope);
    }

    @Test
    void writesTheWorkedMessagePackExample() {
        AttestationEnvelope envelope = example("010280", "{}");
        assertThat(EnvelopeCodec.encodeMessagePack(envelope).toHex()).isEqualTo(V1_EXAMPLE);
        assertThat(EnvelopeCodec.decode(Bytes.fromHex(V1_EXAMPLE))).isEqualTo(envelope);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "v0.attestation.bin",
                "v1.attestation.bin",
                "v1-ev2.attestation.bin",
                "v1-ev2-nopre.attestation.bin",
                "legacy.attestation.bin",
                "simulator-fixture-attestation.bin"
            })
    void readsAndWritesBackWhatTheReferenceWrote(String name) {
        byte[] recorded = Recordings.bytes(name);
        AttestationEnvelope envelope = EnvelopeCodec.decode(recorded);
        Bytes again =
                recorded[0] == 0 ? EnvelopeCodec.encodeScale(envelope) : EnvelopeCodec.encodeMessagePack(envelope);
        assertThat(again.toArray()).isEqualTo(recorded);
    }

    @ParameterizedTest
    @ValueSource(strings = {"v0", "v1", "v1-ev2", "v1-ev2-nopre"})
    void stripsAsTheReferenceDoes(String name) {
        AttestationEnvelope full = EnvelopeCodec.decode(Recordings.bytes(name + ".attestation.bin"));
        byte[] recorded = Recordings.bytes(name + ".attestation-stripped.bin");
        assertThat(full.stripped()).isEqualTo(EnvelopeCodec.decode(recorded));
    }

    @Test
    void writesVersionOneOnlyWhereAnEventNeedsIt() {
        assertThat(EnvelopeCodec.encode(EnvelopeCodec.decode(Recordings.bytes("v1.attestation.bin")))
                        .unsignedAt(0))
                .isZero();
        byte[] version2Events = Recordings.bytes("v1-ev2.attestation.bin");
        assertThat(EnvelopeCodec.encode(EnvelopeCodec.decode(version2Events)).toArray())
                .isEqualTo(version2Events);
    }

    @Test
    void acceptsBinaryWhereIntegersAreUsual() {
        String binary = V1_EXAMPLE.replace("930102cc80", "c403010280");
        assertThat(EnvelopeCodec.decode(Bytes.fromHex(binary))).isEqualTo(example("010280", "{}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"v0.attestation.bin", "v1.attestation.bin", "v1-ev2.attestation.bin"})
    void refusesEveryPrefix(String name) {
        byte[] recorded = Recordings.bytes(name);
        for (int length = 0; length < recorded.length; length++) {
            byte[] prefix = Arrays.copyOf(recorded, length);
            assertThatThrownBy(() -> EnvelopeCodec.decode(prefix))
                    .as("prefix of %d bytes", length)
                    .isInstanceOf(EnvelopeException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"v0.attestation.bin", "v1.attestation.bin", "v1-ev2.attestation.bin"})
    void failsInOneWayOnly(String name) {
        byte[] recorded = Recordings.bytes(name);
        Random seeded = new Random(20260101);
        for (int i = 0; i < recorded.length; i++) {
            byte[] mutated = recorded.clone();
            mutated[i] = (byte) seeded.nextInt(256);
            try {
                EnvelopeCodec.decode(mutated);
            } catch (EnvelopeException expected) {
                assertThat(expected.getMessage()).isNotBlank();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "v0.attestation.bin, Trailing bytes after legacy VersionedAttestation: 1", //
        "v1.attestation.bin, trailing bytes after attestation msgpack: 1"
    })
    void defect19RefusesWhatIsLeftOver(String name, String message) {
        byte[] recorded = Recordings.bytes(name);
        assertThatThrownBy(() -> EnvelopeCodec.decode(Arrays.copyOf(recorded, recorded.length + 1)))
                .isInstanceOf(EnvelopeException.class)
                .hasMessage(message);
    }

    @Test
    void refusesNothingAtAllTooMuchAndTheUnknown() {
        assertThatThrownBy(() -> EnvelopeCodec.decode(new byte[0])).hasMessage("Empty attestation bytes");
        assertThatThrownBy(() -> EnvelopeCodec.decode(new byte[EnvelopeCodec.MAX_BYTES + 1]))
                .isInstanceOf(EnvelopeException.class)
                .hasMessageContaining("at most 10485760");
        for (int first : new int[] {0x01, 0x7f, 0x90, 0xdd, 0xff}) {
            assertThatThrownBy(() -> EnvelopeCodec.decode(new byte[] {(byte) first, 0}))
                    .hasMessage("Unknown attestation wire format");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0001", // another platform
                "0000feffffff", // a quote of a billion bytes
                "00000300000040", // a length in the longest form
                "0000" + "0100", // a length not in its shortest form
                "00000002000100", // likewise, four bytes
                "000000feffffff", // a billion events
                "00000000feffffff" // a billion runtime events
            })
    void defect18AllocatesNothingOnAForeignWord(String hex) {
        assertThatThrownBy(() -> EnvelopeCodec.decode(Bytes.fromHex(hex))).isInstanceOf(EnvelopeException.class);
    }

    @Test
    void refusesMessagePackThatLies() {
        List<String> lies = List.of(
                V1_EXAMPLE.replace("a776657273696f6e01", "a776657273696f6e02"),
                V1_EXAMPLE.replace("a3746478", "a3746479"),
                V1_EXAMPLE.replace("a664737461636b", "a664737461636c"),
                V1_EXAMPLE.replace("930102cc80", "930102cd0100"),
                V1_EXAMPLE.replace("930102cc80", "930102ff"),
                V1_EXAMPLE.replace("930102cc80", "ddffffffff"),
                V1_EXAMPLE.replace("930102cc80", "c6ffffffff"),
                V1_EXAMPLE.replace("c414" + APP_ID, "c6ffffffff" + APP_ID),
                V1_EXAMPLE.replace("a6636f6e666967a27b7d", "a6636f6e666967a2fffe"),
                V1_EXAMPLE.replace("dc004007", "dc003f"),
                V1_EXAMPLE.replace("a56576656e74a66170702d6964ad", "a3696d7203ad"));
        for (String lie : lies) {
            assertThat(lie).isNotEqualTo(V1_EXAMPLE);
            assertThatThrownBy(() -> EnvelopeCodec.decode(Bytes.fromHex(lie)))
                    .as(lie)
                    .isInstanceOf(EnvelopeException.class);
        }
    }

    @Test
    void namesThePlatformItDoesNotUnderstand() {
        assertThatThrownBy(() -> EnvelopeCodec.decode(Bytes.fromHex("0003")))
                .hasMessageContaining("dstack-amd-sev-snp");
        String snp = V1_EXAMPLE.replace(
                "a3746478", "a7" + HexFormat.of().formatHex("sev-snp".getBytes(StandardCharsets.US_ASCII)));
        assertThatThrownBy(() -> EnvelopeCodec.decode(Bytes.fromHex(snp))).hasMessageContaining("sev-snp");
    }

    @ParameterizedTest
    @CsvSource({
        "0,00",
        "63,fc",
        "64,0101",
        "69,1501",
        "16383,fdff",
        "16384,02000100",
        "1073741823,feffffff",
        "1073741824,0300000040"
    })
    void writesAndReadsCompactIntegers(long value, String hex) {
        assertThat(HexFormat.of().formatHex(new ScaleWriter().compact(value).toArray()))
                .isEqualTo(hex);
        assertThat(new ScaleReader(HexFormat.of().parseHex(hex)).compact()).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"0100", "02000000", "02fd0000", "0300000000", "03ffffff3f", "0700000000", "01", "02ff", "03"})
    void refusesCompactIntegersThatAreNotCanonical(String hex) {
        assertThatThrownBy(() -> new ScaleReader(HexFormat.of().parseHex(hex)).compact())
                .isInstanceOf(EnvelopeException.class);
    }
}
