package dev.keywarden.collateral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceAddressTest {
    @ParameterizedTest
    @CsvSource({
        "https://pccs.example, https://pccs.example",
        "https://pccs.example:8081///, https://pccs.example:8081",
        "https://pccs.example/sgx/certification/v4, https://pccs.example",
        "https://pccs.example/tdx/certification/v4/, https://pccs.example",
        "https://pccs.example/mirror/sgx/certification/v4/, https://pccs.example/mirror",
        "http://127.0.0.1:8081/, http://127.0.0.1:8081",
        "http://[::1]:8081, http://[::1]:8081"
    })
    void takesWhatOperatorsWrite(String url, String base) {
        assertThat(ServiceAddress.parse(url).base()).isEqualTo(base);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://pccs.example",
                "http://localhost:8081",
                "http://127.0.0.1.example",
                "ftp://127.0.0.1",
                "pccs.example",
                "https://",
                "https://user:secret@pccs.example",
                "https://pccs.example/?x=1",
                "https://pccs.example/#x",
                "https://pccs example"
            })
    void refusesEverythingElse(String url) {
        assertThatIllegalArgumentException().isThrownBy(() -> ServiceAddress.parse(url));
    }

    @Test
    void knowsThatIntelsServiceHasNoRootCrl() {
        assertThat(ServiceAddress.parse("https://api.trustedservices.intel.com/")
                        .rootCrl(null))
                .hasToString("https://certificates.trustedservices.intel.com/IntelSGXRootCA.der");
    }
}
