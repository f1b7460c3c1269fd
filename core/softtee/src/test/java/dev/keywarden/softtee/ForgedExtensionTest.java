package dev.keywarden.softtee;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywarden.dcap.ByteView;
import dev.keywarden.dcap.PckCa;
import dev.keywarden.dcap.Quote;
import dev.keywarden.dcap.QuoteLimits;
import dev.keywarden.dcap.QuoteVerifier;
import dev.keywarden.dcap.SgxExtension;
import dev.keywarden.dcap.SoftwareRoots;
import dev.keywarden.dcap.VerificationCache;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TDX fact sheet, sections 3 and 6.3; the numbers are its rows. */
class ForgedExtensionTest {
    private static final String INVALID = "PCK_EXTENSION_INVALID pck-leaf";

    private final Forgery forgery = new Forgery();

    @Test
    void readsWhatTheForgeWrote() {
        SgxExtension platform =
                forgery.verify(forgery.quoteWithExtension(extension -> {})).platform();

        assertThat(platform.ppid().toArray()).isEqualTo(forgery.pki.ppid(""));
        assertThat(platform.fmspc().toHex()).startsWith("f0");
        assertThat(platform.components().toArray()).isEqualTo(SoftwarePki.cpuSvn());
        assertThat(platform.pceSvn()).isEqualTo(11);
        assertThat(platform.sgxType()).isEqualTo(1);
        assertThat(platform.configuration()).isEqualTo(new SgxExtension.Configuration(true, true, false));
        assertThat(platform.toString()).doesNotContain(platform.ppid().toHex());
    }

    @Test // 73
    void refusesALeafWithoutTheExtension() {
        assertThat(forgery.refusal(forgery.quoteWithLeaf(leaf -> leaf.withoutExtension(SgxExtensionForge.OID))))
                .isEqualTo(INVALID);
    }

    @Test // 74: fixed as a fault of the certificate
    void refusesTheExtensionTwice() {
        byte[] again = forgery.pki.sgxExtension("").encode();
        assertThat(forgery.refusal(forgery.quoteWithLeaf(leaf -> leaf.extension(SgxExtensionForge.OID, false, again))))
                .isEqualTo("CERT_PROFILE_INVALID pck-leaf");
    }

    @ParameterizedTest // 75, 78
    @ValueSource(strings = {"1", "2", "3", "4", "5", "6", "7", "2.1", "2.16", "2.17", "2.18", "7.1", "7.2", "7.3"})
    void refusesAnExtensionThatLacksAnEntry(String arcs) {
        assertThat(refusal(extension -> extension.without(arcs))).isEqualTo(INVALID);
    }

    @Test // 76
    void refusesTheEntriesOfTheOtherAuthority() {
        assertThat(refusal(SgxExtensionForge::withoutPlatformEntries)).isEqualTo(INVALID);

        byte[] seven = forgery.pki.sgxExtension("").encode();
        byte[] quote = forgery.quoteWithChain(
                forgery.pki
                        .leaf(PckCa.PROCESSOR, "")
                        .replaceExtension(SgxExtensionForge.OID, false, seven)
                        .encode(forgery.pki.authorityKey(PckCa.PROCESSOR)),
                forgery.pki.authority(PckCa.PROCESSOR).encode(forgery.pki.rootKey()),
                forgery.root());
        assertThat(forgery.refusal(quote)).isEqualTo(INVALID);
    }

    @ParameterizedTest // 77
    @CsvSource({"1,15", "1,17", "1,0", "4,5", "4,7", "3,1", "3,3", "2.18,15", "2.18,17", "6,15", "6,17"})
    void refusesEntriesOfAnotherLength(String arcs, int length) {
        assertThat(refusal(extension -> extension.entry(arcs, der("04%02x".formatted(length) + "00".repeat(length)))))
                .isEqualTo(INVALID);
    }

    @ParameterizedTest // 78
    @ValueSource(strings = {"2.19", "2.20", "2.127", "7.4", "8", "127", "200"})
    void refusesUnknownEntries(String arcs) {
        assertThat(refusal(extension -> extension.entry(arcs, der("020101")))).isEqualTo(INVALID);
    }

    @ParameterizedTest // 79
    @CsvSource({"2.5,0201ff", "2.5,02020100", "2.17,0201ff", "2.17,0203010000", "2.1,020900ffffffffffffffff"})
    void refusesVersionNumbersOutOfRange(String arcs, String der) {
        assertThat(refusal(extension -> extension.entry(arcs, der(der)))).isEqualTo(INVALID);
    }

    @ParameterizedTest // 80
    @CsvSource({
        "4,0c06666666666666",
        "2.5,040104",
        "5,0a0103",
        "5,020101",
        "1,3000",
        "2,020101",
        "7,0101ff",
        "7.1,020101",
        "2.18,020103"
    })
    void refusesEntriesOfAnotherType(String arcs, String der) {
        assertThat(refusal(extension -> extension.without(arcs).entry(arcs, der(der))))
                .isEqualTo(INVALID);
    }

    @Test // 81
    void refusesComponentsThatDifferFromTheProcessorsVersion() {
        assertThat(refusal(extension -> extension.entry("2.5", der("020105")))).isEqualTo(INVALID);
    }

    @Test // 82
    void readsTheLargestVersionNumbers() {
        byte[] cpuSvn = SoftwarePki.cpuSvn();
        cpuSvn[4] = (byte) 255;
        byte[] quote = forgery.quoteWithExtension(extension -> extension
                .entry("2.5", der("020200ff"))
                .entry("2.18", der("0410" + HexFormat.of().formatHex(cpuSvn)))
                .entry("2.17", der("0203009c40")));

        SgxExtension platform = forgery.verify(quote).platform();
        assertThat(platform.pceSvn()).isEqualTo(40_000);
        assertThat(platform.components().unsignedAt(4)).isEqualTo(255);
    }

    @Test // 83
    void refusesBytesAfterTheSequence() {
        byte[] value = forgery.pki.sgxExtension("").encode();
        byte[] longer = Arrays.copyOf(value, value.length + 1);
        assertThat(forgery.refusal(
                        forgery.quoteWithLeaf(leaf -> leaf.replaceExtension(SgxExtensionForge.OID, false, longer))))
                .isEqualTo(INVALID);
    }

    @Test
    void demandsOfSoftwareChainsNoComponentsButAPlatformIdAndAFamily() {
        QuoteVerifier software = new QuoteVerifier(
                SoftwareRoots.of(List.of(ByteView.copyOf(forgery.pki.rootKey().publicKeyInfo()))),
                new VerificationCache());
        byte[] sparse = forgery.quoteWithExtension(extension -> {
            for (int component = 1; component <= 16; component++) {
                extension.without("2." + component);
            }
            extension.withoutPlatformEntries();
        });
        assertThat(forgery.refusal(sparse)).isEqualTo(INVALID);
        assertThat(software.verifySignatures(Quote.parse(sparse, QuoteLimits.DEFAULT), Forgery.NOW)
                        .platform()
                        .components()
                        .toArray())
                .isEqualTo(SoftwarePki.cpuSvn());
        for (String arcs : List.of("1", "2", "3", "4", "5", "2.7", "2.17", "2.18")) {
            byte[] quote = forgery.quoteWithExtension(extension -> extension.without(arcs));
            assertThat(Forgery.refusal(
                            () -> software.verifySignatures(Quote.parse(quote, QuoteLimits.DEFAULT), Forgery.NOW)))
                    .as(arcs)
                    .isEqualTo(INVALID);
        }
    }

    private String refusal(Consumer<SgxExtensionForge> change) {
        return forgery.refusal(forgery.quoteWithExtension(change));
    }

    private static byte[] der(String hex) {
        return HexFormat.of().parseHex(hex);
    }
}
