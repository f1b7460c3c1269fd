package dev.keywarden.rpc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.Empty;
import com.google.protobuf.Message;
import dev.keywarden.rpc.proto.AppId;
import dev.keywarden.rpc.proto.BootstrapResponse;
import dev.keywarden.rpc.proto.GetAppKeyRequest;
import dev.keywarden.rpc.proto.GetMetaResponse;
import dev.keywarden.rpc.proto.KmsKeyResponse;
import dev.keywarden.rpc.proto.KmsKeys;
import dev.keywarden.rpc.proto.PublicKeyResponse;
import dev.keywarden.rpc.proto.SignCertResponse;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Inputs and error texts are those of the recorded exchanges with the reference at revision R1, unless said otherwise. */
final class JsonCodecTest {
    private static final JsonCodec<AppId> APP_ID = JsonCodec.of(AppId.getDefaultInstance());
    private static final JsonCodec<GetAppKeyRequest> APP_KEY = JsonCodec.of(GetAppKeyRequest.getDefaultInstance());
    private static final JsonCodec<GetMetaResponse> META = JsonCodec.of(GetMetaResponse.getDefaultInstance());

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"app_id\":\"0X1111111111111111111111111111111111111111\"}|Invalid character 'X' at position 1 at line 1 column 55",
                "{\"app_id\":\"111\"}|Odd number of digits at line 1 column 16",
                "{\"app_id\":null}|invalid type: null, expected a string at line 1 column 14",
                "null|invalid type: null, expected struct AppId at line 1 column 4",
                "{\"app_id\":17}|invalid type: integer `17`, expected a string at line 1 column 12",
                "{\"app_id\":\"1111111111111111111111111111111111111111\"} x|trailing characters at line 1 column 55",
                "\uFEFF{\"app_id\":\"1111111111111111111111111111111111111111\"}|expected value at line 1 column 1",
                "{\"app_id\"|EOF while parsing an object at line 1 column 9",
                "{\"app_id\":|EOF while parsing a value at line 1 column 10",
            })
    void wordsErrorsOfBytesAsTheReferenceDoes(String json, String text) {
        assertThatThrownBy(() -> APP_ID.decode(json.getBytes(UTF_8)))
                .isInstanceOf(RpcException.class)
                .hasMessage(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"api_version\":\"1\"}|invalid type: string \"1\", expected u32 at line 1 column 18",
                "{\"api_version\":-1}|invalid value: integer `-1`, expected u32 at line 1 column 17",
                "{\"api_version\":1.0}|invalid type: floating point `1.0`, expected u32 at line 1 column 18",
                "{\"api_version\":4294967296}|invalid value: integer `4294967296`, expected u32 at line 1 column 25",
                "{\"api_version\":1,\"vm_config\":null}|invalid type: null, expected a string at line 1 column 33",
            })
    void wordsErrorsOfNumbersAndTextAsTheReferenceDoes(String json, String text) {
        assertThatThrownBy(() -> APP_KEY.decode(json.getBytes(UTF_8)))
                .isInstanceOf(RpcException.class)
                .hasMessage(text);
    }

    @Test
    void readsAMessage() {
        GetAppKeyRequest read = APP_KEY.decode(
                "{\"api_version\":4294967295,\"vm_config\":\"{\\\"a\\\":\\\"\\u00e9\\\"}\"}".getBytes(UTF_8));

        assertThat(Integer.toUnsignedLong(read.getApiVersion())).isEqualTo(4294967295L);
        assertThat(read.getVmConfig()).isEqualTo("{\"a\":\"\u00e9\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0x", "0x0x"})
    void readsHexBehindAnyNumberOfPrefixes(String prefix) {
        assertThat(APP_ID.decode(utf8("{\"app_id\":\"" + prefix + "aAbB01\"}")).getAppId())
                .isEqualTo(bytes("aabb01"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"g", "/", ":", "\u0661", "\u00e9", " ", "\uD83D\uDE00"})
    void refusesWhatIsNotAHexDigit(String digit) {
        assertThatThrownBy(() -> APP_ID.decode(utf8("{\"app_id\":\"" + digit.repeat(2) + "\"}")))
                .hasMessageStartingWith("Invalid character '" + digit + "' at position 0 at line 1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "{}", " {} ", "\n{\n}\n", "{\"other\":{\"a\":[1,{}]},\"other\":2}", "[]", "[0]", "[0,\"\"]"})
    void readsTheDefaultMessage(String json) {
        assertThat(APP_KEY.decode(utf8(json))).isEqualTo(GetAppKeyRequest.getDefaultInstance());
    }

    @Test
    void readsFieldsByPosition() {
        assertThat(APP_KEY.decode(utf8("[1,\"x\"]")))
                .isEqualTo(GetAppKeyRequest.newBuilder()
                        .setApiVersion(1)
                        .setVmConfig("x")
                        .build());
        assertThatThrownBy(() -> APP_KEY.decode(utf8("[1,\"x\",2]"))).hasMessageStartingWith("trailing characters");
    }

    @Test
    void refusesAKnownFieldGivenTwice() {
        assertThatThrownBy(() -> APP_ID.decode(utf8("{\"app_id\":\"11\",\"app_id\":\"11\"}")))
                .hasMessageStartingWith("duplicate field `app_id`");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"vm_config\":1.5}|floating point `1.5`, expected a string",
                "{\"vm_config\":true}|boolean `true`, expected a string",
                "{\"vm_config\":[\"a\"]}|sequence, expected a string",
                "{\"vm_config\":{}}|map, expected a string",
                "{\"api_version\":null}|null, expected u32",
                "{\"api_version\":false}|boolean `false`, expected u32",
                "{\"api_version\":1e3}|floating point `1e3`, expected u32",
                "{\"api_version\":[1]}|sequence, expected u32",
                "\"x\"|string \"x\", expected struct GetAppKeyRequest",
                "7|integer `7`, expected struct GetAppKeyRequest",
                "true|boolean `true`, expected struct GetAppKeyRequest",
            })
    void namesTheTypeItFoundAndTheOneItExpected(String json, String text) {
        assertThatThrownBy(() -> APP_KEY.decode(utf8(json)))
                .hasMessageStartingWith("invalid type: " + text + " at line 1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                " ",
                "{",
                "[",
                "\"",
                "{\"api_version\":01}",
                "{\"api_version\":+1}",
                "{\"api_version\":0x1}",
                "{\"api_version\":NaN}",
                "{\"api_version\":1,}",
                "{'api_version':1}",
                "{api_version:1}",
                "{\"api_version\":1}{}",
                "{\"api_version\":1}]",
                "{\"api_version\":1/**/}",
                "{\"vm_config\":\"a\nb\"}",
                "{\"vm_config\":\"\\x\"}",
                "{\"vm_config\":\"\\ud800\"}",
                "{\"vm_config\":\"\\udc00\\ud800\"}",
                "{\"other\":\"",
                "{\"other\":tru}",
                "nul",
            })
    void refusesWhatIsNotJson(String json) {
        assertThatThrownBy(() -> APP_KEY.decode(utf8(json)))
                .isInstanceOf(RpcException.class)
                .hasMessageContaining(" at line ");
    }

    @Test
    void refusesEveryTruncation() {
        String json = "{\"api_version\":1,\"vm_config\":\"{}\",\"other\":[{\"a\":null}]}";
        for (int length = 1; length < json.length(); length++) {
            byte[] truncated = utf8(json.substring(0, length));
            assertThatThrownBy(() -> APP_KEY.decode(truncated)).isInstanceOf(RpcException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "7b22766d5f636f6e666967223a22ff227d",
                "7b22766d5f636f6e666967223a22c080227d",
                "7b22766d5f636f6e666967223a22eda080227d",
                "7b22766d5f636f6e666967223a22f5808080227d",
                "7b22766d5f636f6e666967223a22c3227d",
                "fffe7b007d00",
                "7b007d00",
                "feff007b007d",
                "0000007b0000007d",
            })
    void refusesEverythingButCleanUtf8(String hex) {
        assertThatThrownBy(() -> APP_KEY.decode(HexFormat.of().parseHex(hex))).isInstanceOf(RpcException.class);
    }

    @Test
    void refusesNestingThatOnlyServesToExhaustTheReader() {
        String json = "{\"other\":" + "[".repeat(5000) + "]".repeat(5000) + "}";

        assertThatThrownBy(() -> APP_KEY.decode(utf8(json))).isInstanceOf(RpcException.class);
    }

    @Test
    void doesNotRepeatALongWrongValue() {
        assertThatThrownBy(() -> APP_KEY.decode(utf8("{\"api_version\":\"" + "x".repeat(100_000) + "\"}")))
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(250));
        assertThatThrownBy(() -> APP_KEY.decode(utf8("{\"api_version\":" + "9".repeat(900) + "}")))
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(250));
    }

    @Test
    void takesAnythingForEmpty() {
        JsonCodec<Empty> codec = JsonCodec.of(Empty.getDefaultInstance());

        assertThat(codec.decode(utf8("not json"))).isEqualTo(Empty.getDefaultInstance());
        assertThat(codec.decodeQuery("%%%")).isEqualTo(Empty.getDefaultInstance());
        assertThat(codec.encode(Empty.getDefaultInstance())).isEqualTo(utf8("null"));
    }

    @Test
    void writesEveryFieldInOrderAndNullForWhatIsAbsent() {
        assertThat(text(META, GetMetaResponse.getDefaultInstance()))
                .isEqualTo("{\"ca_cert\":\"\",\"allow_any_upgrade\":false,\"k256_pubkey\":\"\",\"bootstrap_info\":null,"
                        + "\"is_dev\":false,\"gateway_app_id\":null,\"kms_contract_address\":null,\"chain_id\":null,"
                        + "\"app_auth_implementation\":null,\"plugin_set\":null}");
        assertThat(text(
                        META,
                        GetMetaResponse.newBuilder()
                                .setBootstrapInfo(BootstrapResponse.newBuilder().setCaPubkey(bytes("30ff")))
                                .setIsDev(true)
                                .setGatewayAppId("")
                                .setChainId(-1)
                                .build()))
                .isEqualTo("{\"ca_cert\":\"\",\"allow_any_upgrade\":false,\"k256_pubkey\":\"\","
                        + "\"bootstrap_info\":{\"ca_pubkey\":\"30ff\",\"k256_pubkey\":\"\",\"attestation\":\"\"},"
                        + "\"is_dev\":true,\"gateway_app_id\":\"\",\"kms_contract_address\":null,"
                        + "\"chain_id\":18446744073709551615,\"app_auth_implementation\":null,\"plugin_set\":null}");
    }

    @Test
    void writesLists() {
        JsonCodec<KmsKeyResponse> keys = JsonCodec.of(KmsKeyResponse.getDefaultInstance());
        JsonCodec<SignCertResponse> chain = JsonCodec.of(SignCertResponse.getDefaultInstance());

        assertThat(text(keys, KmsKeyResponse.getDefaultInstance())).isEqualTo("{\"temp_ca_key\":\"\",\"keys\":[]}");
        assertThat(text(
                        keys,
                        KmsKeyResponse.newBuilder()
                                .addKeys(KmsKeys.newBuilder().setCaKey("k").setK256Key(bytes("0a")))
                                .build()))
                .isEqualTo("{\"temp_ca_key\":\"\",\"keys\":[{\"ca_key\":\"k\",\"k256_key\":\"0a\"}]}");
        assertThat(text(
                        chain,
                        SignCertResponse.newBuilder()
                                .addCertificateChain("a\n")
                                .addCertificateChain("b")
                                .build()))
                .isEqualTo("{\"certificate_chain\":[\"a\\n\",\"b\"]}");
    }

    @Test
    void escapesWhatJsonDemandsAndNothingElse() {
        String everything = "\"\\/\b\f\n\r\t\u0000\u001f\u007f\u00e9\u2028\uD83D\uDE00</script>";

        assertThat(text(
                        APP_KEY,
                        GetAppKeyRequest.newBuilder().setVmConfig(everything).build()))
                .isEqualTo("{\"api_version\":0,\"vm_config\":\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u001f\u007f\u00e9\u2028"
                        + "\uD83D\uDE00</script>\"}");
    }

    @Test
    void readsWhatItWrites() {
        GetMetaResponse meta = GetMetaResponse.newBuilder()
                .setCaCert("-----BEGIN CERTIFICATE-----\n\u00e9\u0001\uD83D\uDE00\n")
                .setAllowAnyUpgrade(true)
                .setK256Pubkey(ByteString.copyFrom(new byte[33]))
                .setBootstrapInfo(BootstrapResponse.newBuilder().setAttestation(bytes("00ff80")))
                .setChainId(Long.MIN_VALUE)
                .setAppAuthImplementation("0x")
                .build();

        assertThat(META.decode(META.encode(meta))).isEqualTo(meta);
    }

    @Test
    void readsNullWhereTheFieldMayBeAbsent() {
        assertThat(META.decode(utf8("{\"bootstrap_info\":null,\"chain_id\":null,\"gateway_app_id\":null}")))
                .isEqualTo(GetMetaResponse.getDefaultInstance());
        assertThatThrownBy(() -> META.decode(utf8("{\"is_dev\":null}"))).hasMessageContaining("expected a boolean");
        assertThatThrownBy(() -> META.decode(utf8("{\"bootstrap_info\":7}")))
                .hasMessageContaining("expected struct BootstrapResponse");
        assertThatThrownBy(
                        () -> JsonCodec.of(KmsKeyResponse.getDefaultInstance()).decode(utf8("{\"keys\":null}")))
                .hasMessageContaining("null, expected a sequence");
        assertThatThrownBy(
                        () -> JsonCodec.of(KmsKeyResponse.getDefaultInstance()).decode(utf8("{\"keys\":[null]}")))
                .hasMessageContaining("null, expected struct KmsKeys");
    }

    @ParameterizedTest
    @CsvSource({
        "18446744073709551615, 18446744073709551615",
        "0, 0",
        "9223372036854775808, 9223372036854775808",
    })
    void readsAll64BitsOfANumber(String json, String expected) {
        PublicKeyResponse read =
                JsonCodec.of(PublicKeyResponse.getDefaultInstance()).decode(utf8("{\"timestamp\":" + json + "}"));

        assertThat(Long.toUnsignedString(read.getTimestamp())).isEqualTo(expected);
    }

    @Test
    void refusesANumberOf65Bits() {
        assertThatThrownBy(() -> JsonCodec.of(PublicKeyResponse.getDefaultInstance())
                        .decode(utf8("{\"timestamp\":18446744073709551616}")))
                .hasMessage("invalid value: integer `18446744073709551616`, expected u64 at line 1 column 33");
    }

    @Test
    void readsQueries() {
        assertThat(APP_ID.decodeQuery("app_id=0x1111&json").getAppId()).isEqualTo(bytes("1111"));
        assertThat(APP_ID.decodeQuery("&&x=1&&app_id=11&").getAppId()).isEqualTo(bytes("11"));
        assertThat(APP_KEY.decodeQuery("api%5Fversion=%31&vm_config=%7B%22a+b%22%7D%c3%a9%zz%"))
                .isEqualTo(GetAppKeyRequest.newBuilder()
                        .setApiVersion(1)
                        .setVmConfig("{\"a b\"}\u00e9%zz%")
                        .build());
        assertThat(APP_KEY.decodeQuery("json")).isEqualTo(GetAppKeyRequest.getDefaultInstance());
        assertThat(META.decodeQuery("is_dev=true&chain_id=18446744073709551615").getChainId())
                .isEqualTo(-1);
    }

    @ParameterizedTest
    @CsvSource({
        "app_id=zz, Invalid character 'z' at position 0",
        "app_id=1, Odd number of digits",
        "app_id=11&app_id=22, 'Multiple values for one key: \"app_id\"'",
        "app_id=11&app%5fid=11, 'Multiple values for one key: \"app_id\"'",
        "app_id=%ff, the query string is not UTF-8",
    })
    void refusesBytesInQueriesAsTheReferenceDoes(String query, String text) {
        assertThatThrownBy(() -> APP_ID.decodeQuery(query))
                .isInstanceOf(RpcException.class)
                .hasMessage(text);
    }

    @ParameterizedTest
    @CsvSource({
        "api_version=, cannot parse integer from empty string",
        "api_version=-1, invalid digit found in string",
        "api_version=1.0, invalid digit found in string",
        "api_version=0x1, invalid digit found in string",
        "api_version=4294967296, number too large to fit in target type",
        "api_version=99999999999999999999999, number too large to fit in target type",
    })
    void refusesNumbersInQueries(String query, String text) {
        assertThatThrownBy(() -> APP_KEY.decodeQuery(query)).hasMessage(text);
    }

    @Test
    void refusesWhatAQueryCannotHold() {
        assertThatThrownBy(() -> META.decodeQuery("bootstrap_info=1")).hasMessageContaining("use POST");
        assertThatThrownBy(() -> META.decodeQuery("is_dev=1")).hasMessageContaining("`true` or `false`");
        assertThatThrownBy(
                        () -> JsonCodec.of(KmsKeyResponse.getDefaultInstance()).decodeQuery("keys=1"))
                .hasMessageContaining("use POST");
    }

    @Test
    void refusesMessagesOutsideTheMapping() {
        assertThatThrownBy(() -> JsonCodec.of(DescriptorProto.getDefaultInstance()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void writesErrorsPretty() {
        assertThat(new String(JsonCodec.error("Service not found: \"Foo\""), UTF_8))
                .isEqualTo("{\n  \"error\": \"Service not found: \\\"Foo\\\"\"\n}");
    }

    private static byte[] utf8(String text) {
        return text.getBytes(UTF_8);
    }

    private static ByteString bytes(String hex) {
        return ByteString.copyFrom(HexFormat.of().parseHex(hex));
    }

    private static <T extends Message> String text(JsonCodec<T> codec, T message) {
        return new String(codec.encode(message), UTF_8);
    }
}
