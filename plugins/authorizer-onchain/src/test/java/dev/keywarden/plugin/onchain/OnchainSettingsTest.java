package dev.keywarden.plugin.onchain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywarden.spi.Bytes;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class OnchainSettingsTest {
    private static final String URL = "https://user:s3cr3t@rpc.example/v3/abcdef";

    private static OnchainSettings settings(
            String contract, List<String> providers, @Nullable Integer agree, @Nullable String block) {
        return new OnchainSettings(
                contract, providers, 1, agree, block, null, null, null, null, null, null, null, null);
    }

    @Test
    void needsContractProvidersAndChainOnly() {
        OnchainSettings settings = settings(NodeDouble.CONTRACT, List.of(URL, "http://b", "http://c"), null, null);
        assertThat(settings.quorum()).isEqualTo(2);
        assertThat(settings.tag()).hasToString("finalized");
        assertThat(settings.oldestBlock()).isEqualTo(Duration.ofMinutes(30));
        assertThat(settings.polling()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void showsNoUrl() {
        assertThat(settings(NodeDouble.CONTRACT, List.of(URL), null, null).toString())
                .doesNotContain("s3cr3t")
                .doesNotContain("abcdef");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "9fe46736679d2d9a65f0992f2272de9f3c7fa6e0",
                "0x9fe46736679d2d9a65f0992f2272de9f3c7fa6e",
                "0x9FE46736679d2D9a65F0992F2272dE9f3c7fa6e0"
            })
    void refusesAddressesThatAreMistyped(String contract) {
        assertThatThrownBy(() -> settings(contract, List.of(URL), null, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("kms_contract ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ftp://x", "rpc.example", "http://"})
    void refusesProvidersThatAreNoUrls(String url) {
        assertThatThrownBy(() -> settings(NodeDouble.CONTRACT, List.of(url), null, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("providers must be http");
    }

    @Test
    void refusesWhatMakesNoMajority() {
        assertThatThrownBy(() -> settings(NodeDouble.CONTRACT, List.of(), null, null))
                .hasMessageContaining("providers must name 1 to 16");
        assertThatThrownBy(() -> settings(NodeDouble.CONTRACT, List.of(URL, URL), null, null))
                .hasMessageContaining("one URL twice");
        for (int agree : List.of(0, -1, 2)) {
            assertThatThrownBy(() -> settings(NodeDouble.CONTRACT, List.of(URL), agree, null))
                    .hasMessageContaining("agree must be 1 to 1");
        }
    }

    @ParameterizedTest
    @CsvSource({"finalized,finalized,0", "safe,safe,0", "latest,latest,0", "latest-12,latest,12"})
    void knowsFourKindsOfBlocks(String text, String name, long behind) {
        assertThat(BlockTag.parse(text)).isEqualTo(new BlockTag(name, behind)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "pending",
                "earliest",
                "latest-0",
                "latest-",
                "latest--1",
                "latest-100001",
                "0x64",
                "finalized-1"
            })
    void refusesOtherBlocks(String text) {
        assertThatThrownBy(() -> settings(NodeDouble.CONTRACT, List.of(URL), null, text))
                .hasMessageStartingWith("block must be finalized, safe, latest or latest-N");
    }

    @Test
    void refusesNumbersOutOfRange() {
        assertThatThrownBy(() -> new OnchainSettings(
                        NodeDouble.CONTRACT,
                        List.of(URL),
                        0,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null))
                .hasMessageContaining("chain_id must be 1 or more");
        assertThatThrownBy(() -> new OnchainSettings(
                        NodeDouble.CONTRACT,
                        List.of(URL),
                        1,
                        null,
                        null,
                        Duration.ZERO,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null))
                .hasMessageContaining("max_block_age must be");
        assertThatThrownBy(() -> new OnchainSettings(
                        NodeDouble.CONTRACT,
                        List.of(URL),
                        1,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        Bytes.fromHex("00"),
                        null))
                .hasMessageContaining("code_hash must be 32 bytes");
    }
}
