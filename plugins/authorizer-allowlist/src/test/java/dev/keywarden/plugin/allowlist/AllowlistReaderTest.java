package dev.keywarden.plugin.allowlist;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywarden.files.BrokenFileException;
import dev.keywarden.spi.AuthorityInfo;
import dev.keywarden.spi.Bytes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AllowlistReaderTest {
    private static final String ZERO_ADDRESS = "0x0000000000000000000000000000000000000000";

    @Test
    void theSmallestFileAllowsNothingAndHasTheReferencesDefaults() throws Exception {
        Allowlist list = read("{}");

        assertThat(list.authority()).isEqualTo(new AuthorityInfo("", ZERO_ADDRESS, 0L, ZERO_ADDRESS));
        assertThat(list.tcbStatuses()).containsExactly("UpToDate");
        assertThat(list.advisoryIds()).isEmpty();
        assertThat(list.counts().values()).containsOnly("0");
    }

    @Test
    void readsEveryKey() throws Exception {
        Allowlist list = read("""
                {"gatewayAppId": "any", "kmsContractAddr": "0x12", "chainId": 9223372036854775807,
                 "appImplementation": "0x34", "allowedTcbStatuses": ["UpToDate", "OutOfDate"],
                 "allowedAdvisoryIds": ["INTEL-SA-1", "INTEL-SA-1"], "osImages": ["%1$s", "0X%1$S"],
                 "kms": {"mrAggregated": [], "devices": ["%1$s"], "allowAnyDevice": true},
                 "apps": {"%2$s": {"devices": ["%1$s"], "allowAnyDevice": false, "composeHashes": ["%3$s"]}}}
                """.formatted("ab".repeat(32), "cd".repeat(20), "ef".repeat(32)));

        assertThat(list.authority()).isEqualTo(new AuthorityInfo("any", "0x12", Long.MAX_VALUE, "0x34"));
        assertThat(list.tcbStatuses()).containsExactlyInAnyOrder("UpToDate", "OutOfDate");
        assertThat(list.advisoryIds()).containsExactly("INTEL-SA-1");
        assertThat(list.counts())
                .containsEntry("os_images", "1")
                .containsEntry("kms_measurements", "0")
                .containsEntry("kms_devices", "1")
                .containsEntry("apps", "1")
                .containsEntry("compose_hashes", "1")
                .containsEntry("app_devices", "1");
        assertThat(list.kms().allowAnyDevice()).isTrue();
    }

    @Test
    void keepsTheAppsApart() throws Exception {
        String one = "01".repeat(20);
        String other = "02".repeat(20);
        String hash = "ab".repeat(32);
        Allowlist.Apps apps = read("""
                {"apps": {"%s": {"composeHashes": ["%s"], "allowAnyDevice": true}, "%s": {"devices": ["%s"]}}}
                """.formatted(one, hash, other, hash)).apps();

        Allowlist.App first = requireNonNull(apps.find(Bytes.fromHex(one)));
        Allowlist.App second = requireNonNull(apps.find(Bytes.fromHex(other)));
        assertThat(apps.allowsComposeHash(first, Bytes.fromHex(hash))).isTrue();
        assertThat(apps.allowsComposeHash(second, Bytes.fromHex(hash))).isFalse();
        assertThat(apps.allowsDevice(first, Bytes.fromHex("cd".repeat(32)))).isTrue();
        assertThat(apps.allowsDevice(second, Bytes.fromHex("cd".repeat(32)))).isFalse();
        assertThat(apps.allowsDevice(second, Bytes.fromHex(hash))).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "[]| line 1, column 1: the file must be an object",
                "null| line 1, column 1: the file must be an object",
                "{} {}| line 1, column 4: there is something after the end of the object",
                "{'osImage': []}| line 1, column 2: the file has no key 'osImage'; did you mean osImages?",
                "{'OSIMAGES': []}| line 1, column 2: the file has no key 'OSIMAGES'; did you mean osImages?",
                "{'color': 1}| line 1, column 2: the file has no key 'color'; known are gatewayAppId, kmsContractAddr,"
                        + " chainId, appImplementation, osImages, allowedTcbStatuses, allowedAdvisoryIds, kms, apps",
                "{'osImages': [], 'osImages': []}| line 1, column 18: the file has the key osImages twice",
                "{'osImages': {}}| line 1, column 14: osImages must be a list of hex strings",
                "{'osImages': '00'}| line 1, column 14: osImages must be a list of hex strings",
                "{'osImages': [null]}| line 1, column 15: osImages[0] is not a string",
                "{'osImages': [1]}| line 1, column 15: osImages[0] is not a string",
                "{'osImages': [[]]}| line 1, column 15: osImages[0] is not a string",
                "{'osImages': ['']}| line 1, column 15: osImages[0] is empty; an empty value can't be allowed",
                "{'osImages': ['0x']}| line 1, column 15: osImages[0] is empty; an empty value can't be allowed",
                "{'osImages': ['xy']}| line 1, column 15: osImages[0] is not hex",
                "{'osImages': ['0x0x00']}| line 1, column 15: osImages[0] is not hex",
                "{'osImages': [' 00']}| line 1, column 15: osImages[0] is not hex",
                "{'osImages': ['٠٠']}| line 1, column 15: osImages[0] is not hex",
                "{'osImages': ['000']}| line 1, column 15: osImages[0] has 3 hex digits; 64 (32 bytes) are expected",
                "{'kms': null}| line 1, column 9: kms must be an object",
                "{'kms': {'mraggregated': []}}| line 1, column 10: kms has no key 'mraggregated'; did you mean mrAggregated?",
                "{'kms': {'allowAnyDevice': 'true'}}| line 1, column 28: kms.allowAnyDevice must be true or false",
                "{'kms': {'allowAnyDevice': 1}}| line 1, column 28: kms.allowAnyDevice must be true or false",
                "{'kms': {'devices': null}}| line 1, column 21: kms.devices must be a list of hex strings",
                "{'apps': []}| line 1, column 10: apps must be an object with app ids as keys",
                "{'apps': {'00': {}}}| line 1, column 11: the app id '00' has 2 hex digits; 40 (20 bytes) are expected",
                "{'apps': {'': {}}}| line 1, column 11: the app id '' is empty; an empty value can't be allowed",
                "{'apps': {'any': {}}}| line 1, column 11: the app id 'any' is not hex",
                "{'chainId': -1}| line 1, column 13: chainId must be a whole number from 0 to 9223372036854775807",
                "{'chainId': 1.0}| line 1, column 13: chainId must be a whole number from 0 to 9223372036854775807",
                "{'chainId': '1'}| line 1, column 13: chainId must be a whole number from 0 to 9223372036854775807",
                "{'chainId': 9223372036854775808}| line 1, column 13: chainId must be a whole number from 0 to"
                        + " 9223372036854775807",
                "{'gatewayAppId': null}| line 1, column 18: gatewayAppId must be a string",
                "{'gatewayAppId': 1}| line 1, column 18: gatewayAppId must be a string",
                "{'allowedTcbStatuses': 'UpToDate'}| line 1, column 24: allowedTcbStatuses must be a list of strings",
                "{'allowedAdvisoryIds': [1]}| line 1, column 25: allowedAdvisoryIds[0] must be a string",
            })
    void saysWhatIsWrongAndWhere(String text, String message) {
        assertThatThrownBy(() -> read(text.replace('\'', '"')))
                .isInstanceOf(BrokenFileException.class)
                .hasMessage(message.replaceAll("'(?!t )", "\""));
    }

    @Test
    void namesTheAppInWhichSomethingIsWrong() {
        String app = "0x" + "22".repeat(20);
        assertThatThrownBy(() -> read("{\"apps\": {\n\"" + app + "\": {\"composeHashes\": [\"00\"]}}}"))
                .hasMessage("line 2, column 66: apps." + app
                        + ".composeHashes[0] has 2 hex digits; 64 (32 bytes) are expected");
        assertThatThrownBy(() -> read("{\"apps\": {\"" + app + "\": {\"composeHash\": []}}}"))
                .hasMessageEndingWith("apps." + app + " has no key \"composeHash\"; did you mean composeHashes?");
        assertThatThrownBy(() -> read("{\"apps\": {\"" + app + "\": {\"allowAnyDevice\": null}}}"))
                .hasMessageEndingWith("apps." + app + ".allowAnyDevice must be true or false");
    }

    /** The reference finds such an app under its first spelling only. */
    @Test
    void refusesAnAppUnderTwoSpellings() {
        String id = "ab".repeat(20);
        assertThatThrownBy(
                        () -> read("{\"apps\": {\"" + id + "\": {}, \"0x" + id.toUpperCase(Locale.ROOT) + "\": {}}}"))
                .isInstanceOf(BrokenFileException.class)
                .hasMessageContaining("apps lists " + id + " more than once");
    }

    @Test
    void refusesEveryTruncation() throws Exception {
        String whole = BootInfos.ALLOWING.strip();
        assertThat(read(whole).counts()).containsEntry("apps", "1");
        for (int length = 0; length < whole.length(); length++) {
            String part = whole.substring(0, length);
            assertThatThrownBy(() -> read(part)).isInstanceOf(BrokenFileException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "{\"osImages\": [",
                "{\"osImages\": [],}",
                "{\"osImages\": [,]}",
                "{'osImages': []}",
                "{osImages: []}",
                "{\"osImages\": []} // none",
                "{\"chainId\": 01}",
                "{\"chainId\": NaN}",
                "\uFEFF{}",
                "{\"gatewayAppId\": \"\n\"}",
            })
    void refusesWhatIsNotJson(String text) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(BrokenFileException.class)
                .message()
                .isNotBlank();
    }

    @Test
    void refusesWhatIsNotUtf8() {
        assertThatThrownBy(() -> AllowlistReader.read(
                        new ByteArrayInputStream("{\"gatewayAppId\": \"caf\u00e9\"}".getBytes(ISO_8859_1))))
                .isInstanceOf(BrokenFileException.class)
                .hasMessage("it is not UTF-8");
    }

    @Test
    void abridgesALongWrongKey() {
        assertThatThrownBy(() -> read("{\"" + "x".repeat(10_000) + "\": 1}"))
                .message()
                .hasSizeLessThan(300);
        assertThatThrownBy(() -> read("{\"apps\": {\"" + "0".repeat(10_000) + "\": {}}}"))
                .message()
                .hasSizeLessThan(300);
    }

    @Test
    void leavesAnErrorOfTheDiskWhatItIs() throws IOException {
        InputStream failing = InputStream.nullInputStream();
        failing.close();
        assertThatThrownBy(() -> AllowlistReader.read(failing))
                .isInstanceOf(IOException.class)
                .hasMessage("Stream closed");
    }

    private static Allowlist read(String text) throws IOException, BrokenFileException {
        return AllowlistReader.read(new ByteArrayInputStream(text.getBytes(UTF_8)));
    }
}
