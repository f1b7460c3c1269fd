package dev.keywarden.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Empty;
import com.google.protobuf.Message;
import dev.keywarden.rpc.proto.AppId;
import dev.keywarden.rpc.proto.BootstrapRequest;
import dev.keywarden.rpc.proto.GetAppKeyRequest;
import dev.keywarden.rpc.proto.GetMetaResponse;
import dev.keywarden.rpc.proto.KmsKeyResponse;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bytes are those of wire-protocol.md section 1.4 and of the exchanges recorded with the reference. */
final class ProtobufCodecTest {
    private static final Map<String, Message> MESSAGES = Map.of(
            "AppId", AppId.getDefaultInstance(),
            "BootstrapRequest", BootstrapRequest.getDefaultInstance(),
            "GetAppKeyRequest", GetAppKeyRequest.getDefaultInstance(),
            "GetMetaResponse", GetMetaResponse.getDefaultInstance(),
            "KmsKeyResponse", KmsKeyResponse.getDefaultInstance());

    @Test
    void readsThePublishedBytes() {
        assertThat(((AppId) decode("AppId", "0a14" + "11".repeat(20)))
                        .getAppId()
                        .size())
                .isEqualTo(20);
        assertThat(decode("GetAppKeyRequest", "080112027b7d"))
                .isEqualTo(GetAppKeyRequest.newBuilder()
                        .setApiVersion(1)
                        .setVmConfig("{}")
                        .build());
    }

    @Test
    void writesThePublishedBytes() {
        GetAppKeyRequest request =
                GetAppKeyRequest.newBuilder().setApiVersion(1).setVmConfig("{}").build();

        assertThat(HexFormat.of().formatHex(ProtobufCodec.of(request).encode(request)))
                .isEqualTo("080112027b7d");
        assertThat(HexFormat.of().formatHex(ProtobufCodec.error("No attestation provided")))
                .isEqualTo("0a174e6f206174746573746174696f6e2070726f7669646564");
    }

    @ParameterizedTest
    @CsvSource({
        "AppId, 0a141111, AppId.app_id: buffer underflow",
        "AppId, 0001, invalid tag value: 0",
        "BootstrapRequest, 0aff, BootstrapRequest.domain: invalid varint",
    })
    void wordsErrorsAsTheReferenceDoes(String message, String hex, String text) {
        assertThatThrownBy(() -> decode(message, hex))
                .isInstanceOf(RpcException.class)
                .hasMessage("failed to decode Protobuf message: " + text);
    }

    @ParameterizedTest
    @CsvSource({
        "AppId, 0a, AppId.app_id",
        "AppId, 0affffffff07, AppId.app_id",
        "AppId, 0affffffff0f, AppId.app_id",
        "AppId, 0affffffffffffffffffffff01, AppId.app_id",
        "AppId, ff, invalid varint",
        "AppId, 0b, AppId.app_id",
        "AppId, 0c, AppId.app_id: invalid wire type value: 4",
        "AppId, 0e, AppId.app_id: invalid wire type value: 6",
        "AppId, 0801, AppId.app_id: invalid wire type (expected LengthDelimited)",
        "AppId, 0d01020304, AppId.app_id: invalid wire type (expected LengthDelimited)",
        "GetAppKeyRequest, 0a0101, GetAppKeyRequest.api_version: invalid wire type (expected Varint)",
        "GetAppKeyRequest, 1201ff, GetAppKeyRequest.vm_config: invalid string value: data is not UTF-8 encoded",
        "GetAppKeyRequest, 1202c080, GetAppKeyRequest.vm_config: invalid string value: data is not UTF-8 encoded",
        "GetMetaResponse, 22020801, BootstrapResponse.ca_pubkey: invalid wire type",
        "KmsKeyResponse, 12020801, KmsKeys.ca_key: invalid wire type",
    })
    void refusesWhatDoesNotFit(String message, String hex, String text) {
        assertThatThrownBy(() -> decode(message, hex))
                .isInstanceOf(RpcException.class)
                .hasMessageStartingWith("failed to decode Protobuf message: ")
                .hasMessageContaining(text);
    }

    @Test
    void skipsUnknownFields() {
        AppId read = (AppId) decode("AppId", "9806010a0111a20601ff");

        assertThat(read.getAppId().toByteArray()).isEqualTo(new byte[] {0x11});
    }

    @Test
    void takesTheLastOfSeveral() {
        assertThat(decode("AppId", "0a01110a0122")).isEqualTo(decode("AppId", "0a0122"));
    }

    @Test
    void refusesEveryTruncation() {
        byte[] whole = GetAppKeyRequest.newBuilder()
                .setApiVersion(300)
                .setVmConfig("abc")
                .build()
                .toByteArray();
        ProtobufCodec<GetAppKeyRequest> codec = ProtobufCodec.of(GetAppKeyRequest.getDefaultInstance());
        for (int length = 1; length < whole.length; length++) {
            if (length != 3) { // where a field ends
                byte[] part = Arrays.copyOf(whole, length);
                assertThatThrownBy(() -> codec.decode(part)).isInstanceOf(RpcException.class);
            }
        }
    }

    @Test
    void takesAnythingForEmpty() {
        assertThat(ProtobufCodec.of(Empty.getDefaultInstance()).decode(new byte[] {-1, -1, -1}))
                .isEqualTo(Empty.getDefaultInstance());
    }

    private static Message decode(String message, String hex) {
        return ProtobufCodec.of(MESSAGES.getOrDefault(message, Empty.getDefaultInstance()))
                .decode(HexFormat.of().parseHex(hex));
    }
}
