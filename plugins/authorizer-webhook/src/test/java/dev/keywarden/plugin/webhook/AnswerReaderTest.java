package dev.keywarden.plugin.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywarden.spi.AuthorityInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AnswerReaderTest {
    private static final String AUTHORITY = "{\"status\":\"ok\",\"kmsContractAddr\":\"0x12\",\"gatewayAppId\":\"0x34\","
            + "\"chainId\":31337,\"appImplementation\":\"0x56\"}";

    private final AnswerReader reader = new AnswerReader(WebhookAuthorizer.jsonFactory());

    @Test
    void readsAVerdictAndIgnoresOtherFields() throws MalformedAnswerException {
        assertThat(reader.verdict("{\"reason\":\"r\",\"more\":{\"isAllowed\":false,\"a\":[1]},\"isAllowed\":true,"
                        + "\"gatewayAppId\":\"g\"}"))
                .isEqualTo(new AnswerReader.Verdict(true, "g", "r"));
    }

    /** Texts as the reference gave them, or with its words. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'isAllowed':true,'reason':''}| missing field `gatewayAppId` at line 1 column 30",
                "{'is_allowed':true,'gateway_app_id':'g','reason':''}| missing field `isAllowed` at line 1 column 52",
                "{'isAllowed':'true','gatewayAppId':'g','reason':''}"
                        + "| invalid type: string 'true', expected a boolean at line 1 column 19",
                "{'isAllowed':true}| missing field `gatewayAppId` at line 1 column 18",
                "{}| missing field `isAllowed` at line 1 column 2",
                "{'isAllowed':true,'gatewayAppId':'g'}| missing field `reason` at line 1 column 37",
                "{'isAllowed':null,'gatewayAppId':'g','reason':''}"
                        + "| invalid type: null, expected a boolean at line 1 column 17",
                "{'isAllowed':[],'gatewayAppId':'g','reason':''}| invalid type: sequence, expected a boolean at line 1 column 14",
                "{'isAllowed':{},'gatewayAppId':'g','reason':''}| invalid type: map, expected a boolean at line 1 column 14",
                "[true,'g','']| invalid type: sequence, expected an object at line 1 column 1",
                "null| invalid type: null, expected an object at line 1 column 4",
            })
    void saysWhatIsWrong(String text, String cause) {
        assertThatThrownBy(() -> reader.verdict(text.replace('\'', '"')))
                .isInstanceOf(MalformedAnswerException.class)
                .hasMessage(cause.replace('\'', '"'));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "<html>",
                "true",
                "{",
                "{'isAllowed'",
                "{'isAllowed':",
                "{'isAllowed':tru",
                "{'isAllowed':true,'gatewayAppId':'g','reason':''",
                "{'isAllowed':true,'gatewayAppId':'g','reason':'}",
                "{'isAllowed':true,'gatewayAppId':'g','reason':''}}",
                "{'isAllowed':true,'gatewayAppId':'g','reason':''} {}",
                "{'isAllowed':true,'gatewayAppId':'g','reason':''} x",
                "{'isAllowed':true,'gatewayAppId':'g','reason':'',}",
                "{'isAllowed':1,'gatewayAppId':'g','reason':''}",
                "{'isAllowed':TRUE,'gatewayAppId':'g','reason':''}",
                "{'isAllowed':true,'gatewayAppId':null,'reason':''}",
                "{'isAllowed':true,'gatewayAppId':7,'reason':''}",
                "{'isAllowed':true,'gatewayAppId':'g','reason':false}",
                "{'isAllowed':false,'isAllowed':true,'gatewayAppId':'g','reason':''}",
                "{'isAllowed':true,'isAllowed':true,'gatewayAppId':'g','reason':''}",
                "{'isAllowed':true,'gatewayAppId':'g','reason':'','x':1,'x':2}",
                "{'isAllowed':true,'gatewayAppId':'g','reason':'','x':{'y':1,'y':2}}",
                "{'isAllowed':true,'gatewayAppId':'g','reason':'\u0001'}",
                "{/**/'isAllowed':true,'gatewayAppId':'g','reason':''}",
                "{isAllowed:true,'gatewayAppId':'g','reason':''}",
                "{'ISALLOWED':true,'gatewayAppId':'g','reason':''}",
            })
    void refusesEverythingElse(String text) {
        assertThatThrownBy(() -> reader.verdict(text.replace('\'', '"')))
                .isInstanceOf(MalformedAnswerException.class)
                .message()
                .isNotBlank();
    }

    @Test
    void refusesNestingWithoutEnd() {
        String deep = "{\"x\":" + "[".repeat(30_000);
        assertThatThrownBy(() -> reader.verdict(deep)).isInstanceOf(MalformedAnswerException.class);
    }

    @Test
    void repeatsALongWrongValueOnlyInPart() {
        String text = "{\"isAllowed\":\"" + "🔑".repeat(100) + "\"}";
        assertThatThrownBy(() -> reader.verdict(text))
                .hasMessageStartingWith("invalid type: string \"" + "🔑".repeat(20) + "...\", expected a boolean");
    }

    @Test
    void readsTheAuthority() throws MalformedAnswerException {
        assertThat(reader.authority(AUTHORITY)).isEqualTo(new AuthorityInfo("0x34", "0x12", 31337L, "0x56"));
    }

    @Test
    void namesTheFirstMissingFieldOfTheAuthority() {
        assertThatThrownBy(() -> reader.authority("{\"isAllowed\":true}"))
                .hasMessage("missing field `status` at line 1 column 18");
        for (String field :
                new String[] {"status", "kmsContractAddr", "gatewayAppId", "chainId", "appImplementation"}) {
            assertThatThrownBy(() -> reader.authority(AUTHORITY.replace("\"" + field, "\"other")))
                    .hasMessageStartingWith("missing field `" + field + "` at line 1 column ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "1.5", "1e3", "\"1\"", "null", "9223372036854775808", "true"})
    void refusesAChainIdThatIsNoUnsignedNumber(String chainId) {
        assertThatThrownBy(() -> reader.authority(AUTHORITY.replace("31337", chainId)))
                .isInstanceOf(MalformedAnswerException.class)
                .hasMessageContaining("expected u64");
    }
}
