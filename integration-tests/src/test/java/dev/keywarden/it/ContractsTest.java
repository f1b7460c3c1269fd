package dev.keywarden.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The contracts' own tools over the contracts. */
@Tag("blackbox")
final class ContractsTest {
    @Test
    void compiles() {
        assertThat(Foundry.creationCode("ReferenceKms")).startsWith("0x60");
        try (Anvil anvil = Anvil.start()) {
            assertThat(anvil.result("eth_blockNumber").asText()).isEqualTo("0x0");
        }
    }
}
