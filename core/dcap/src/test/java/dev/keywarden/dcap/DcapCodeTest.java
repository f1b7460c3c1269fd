package dev.keywarden.dcap;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DcapCodeTest {
    @ParameterizedTest
    @EnumSource
    void saysWhatToDoAboutIt(DcapCode code) {
        assertThat(code.remedy()).matches("[A-Z][^\\n]{20,200}\\.").doesNotContain(code.name());
    }
}
