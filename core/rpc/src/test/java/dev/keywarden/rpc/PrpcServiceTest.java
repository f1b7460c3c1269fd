package dev.keywarden.rpc;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Empty;
import dev.keywarden.rpc.PrpcRequest.Body;
import dev.keywarden.rpc.PrpcRequest.Verb;
import dev.keywarden.rpc.proto.AppId;
import dev.keywarden.rpc.proto.OnboardResponse;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Statuses, content types and bodies are those of the exchanges recorded with the reference. */
final class PrpcServiceTest {
    private static final String JSON = "application/json";
    private static final String PROTOBUF = "application/octet-stream";

    private final List<RpcCall<String>> calls = new ArrayList<>();
    private final List<String> observed = new ArrayList<>();
    private final PrpcService<String> service = PrpcService.<String>named("KMS")
            .method("Echo", AppId.getDefaultInstance(), (request, call) -> request)
            .method("Nothing", Empty.getDefaultInstance(), (request, call) -> {
                calls.add(call);
                return request;
            })
            .method("Onboard", Empty.getDefaultInstance(), (request, call) -> OnboardResponse.getDefaultInstance())
            .method("Refuse", Empty.getDefaultInstance(), (request, call) -> {
                throw new RpcException("No attestation provided").within("App not allowed");
            })
            .method("Defect", Empty.getDefaultInstance(), (request, call) -> {
                throw new IllegalStateException("the password is sesame");
            })
            .method("Deep", Empty.getDefaultInstance(), (request, call) -> recurse(request))
            .method("Interrupted", Empty.getDefaultInstance(), (request, call) -> {
                throw new InterruptedException();
            })
            .requestIds(() -> "id-1")
            .observer((method, status, elapsed) -> observed.add(method + " " + status + " " + !elapsed.isNegative()))
            .build(peer -> "somebody");

    @ParameterizedTest
    @CsvSource({
        "'', '', application/octet-stream",
        "json, '', application/json",
        "json=, '', application/json",
        "json=1, '', application/json",
        "json=true, '', application/json",
        "a=b&json, '', application/json",
        "json=0, '', application/octet-stream",
        "json=false, '', application/octet-stream",
        "json=0&json=1, '', application/octet-stream",
        "jsonx, '', application/octet-stream",
        "json=0, application/json, application/json",
        "'', application/json, application/json",
        "'', application/json; charset=utf-8, application/json",
        "'', Application/JSON, application/json",
        "'', text/json, application/octet-stream",
        "'', application/jsonx, application/octet-stream",
    })
    void choosesTheCodecByQueryAndContentType(String query, String contentType, String expected) {
        PrpcResponse response = post("Nothing", query, contentType, "");

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.contentType()).isEqualTo(expected);
        assertThat(response.body()).isEqualTo((expected.equals(JSON) ? "null" : "").getBytes(UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "json", "json=0", "json=false"})
    void answersGetWithJson(String query) {
        assertThat(get("Nothing", query).contentType()).isEqualTo(JSON);
    }

    @Test
    void readsTheRequestFromBodyOrQuery() {
        assertThat(text(post("Echo", "json", "", "{\"app_id\":\"0x12\"}"))).isEqualTo("{\"app_id\":\"12\"}");
        assertThat(text(post("Echo", "json&app_id=34", "", ""))).isEqualTo("{\"app_id\":\"\"}");
        assertThat(text(get("Echo", "app_id=12&json"))).isEqualTo("{\"app_id\":\"12\"}");
        assertThat(text(get("Echo", ""))).isEqualTo("{\"app_id\":\"\"}");
        assertThat(post("Echo", "", "", "\n\u0001\u0012").body()).isEqualTo(new byte[] {10, 1, 0x12});
        assertThat(text(post("Onboard", "json", "", "null"))).isEqualTo("{\"k256_pubkey\":\"\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Nothing", "KMS.Nothing", "KMS.KMS.Nothing"})
    void dropsItsPrefixHoweverOftenItComes(String method) {
        assertThat(post(method, "json", "", "not json").status()).isEqualTo(200);
        assertThat(calls).containsExactly(new RpcCall<>("Nothing", "somebody", "id-1"));
    }

    @ParameterizedTest
    @CsvSource({
        "KMS.Foo, Foo",
        "Foo, Foo",
        "KMS., ''",
        "KMS, KMS",
        "Onboard.Nothing, Onboard.Nothing",
        "nothing, nothing",
        "KMS.Onboard.KMS.Nothing, Onboard.KMS.Nothing",
        "a/b, a/b",
    })
    void saysWhatItDoesNotKnow(String method, String name) {
        PrpcResponse response = post(method, "json", "", "{}");

        assertThat(response.status()).isEqualTo(400);
        assertThat(text(response)).isEqualTo("{\n  \"error\": \"Service not found: " + name + "\"\n}");
    }

    @Test
    void failsInTheModeOfTheRequest() {
        assertThat(text(post("Refuse", "json", "", "")))
                .isEqualTo("{\n  \"error\": \"App not allowed: No attestation provided\"\n}");
        assertThat(text(post("Refuse", "", JSON, "")))
                .isEqualTo("{\n  \"error\": \"App not allowed: No attestation provided\"\n}");
        assertThat(text(post("Refuse", "", "", ""))).isEqualTo("\n(App not allowed: No attestation provided");
        assertThat(post("Refuse", "", "", "").contentType()).isEqualTo(PROTOBUF);
        assertThat(text(post("Echo", "", JSON, "{\"app_id\"")))
                .isEqualTo("{\n  \"error\": \"EOF while parsing an object at line 1 column 9\"\n}");
    }

    @Test
    void failsWithoutRegardToTheContentTypeBeforeTheMethodIsLookedUp() {
        PrpcResponse response =
                service.handle(new PrpcRequest(Verb.POST, "Echo", "", JSON, new Body.TooLarge()), new Stranger());

        assertThat(response.contentType()).isEqualTo(PROTOBUF);
        assertThat(text(response)).isEqualTo("\n&failed to read data: payload too large");
        assertThat(text(service.handle(
                        new PrpcRequest(Verb.POST, "Echo", "json", "", new Body.Unreadable("gone")), new Stranger())))
                .isEqualTo("{\n  \"error\": \"failed to read data: gone\"\n}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Echo", "Unknown"})
    void asksWhoCallsBeforeAnythingElse(String method) {
        PrpcService<String> suspicious = PrpcService.<String>named("KMS")
                .method("Echo", AppId.getDefaultInstance(), (request, call) -> request)
                .build(peer -> {
                    throw new RpcException("report data mismatch").within("invalid quote");
                });

        PrpcResponse json =
                suspicious.handle(new PrpcRequest(Verb.POST, method, "json", "", new Body.TooLarge()), new Stranger());
        PrpcResponse other =
                suspicious.handle(new PrpcRequest(Verb.POST, method, "", JSON, new Body.TooLarge()), new Stranger());

        assertThat(text(json)).isEqualTo("{\n  \"error\": \"invalid quote: report data mismatch\"\n}");
        assertThat(other.contentType()).isEqualTo(PROTOBUF);
        assertThat(other.status()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Defect", "Deep", "Interrupted"})
    void tellsNothingOfADefectButItsNumber(String method) {
        PrpcResponse response = post(method, "json", "", "");

        assertThat(response.status()).isEqualTo(400);
        assertThat(text(response)).contains("id-1").doesNotContain("sesame", "Exception", "Error", ".java", "\tat");
        assertThat(Thread.interrupted()).isEqualTo(method.equals("Interrupted"));
    }

    @Test
    void refusesTwoMethodsOfOneName() {
        PrpcService.Builder<String> builder =
                PrpcService.<String>named("KMS").method("Echo", AppId.getDefaultInstance(), (request, call) -> request);

        assertThatThrownBy(() -> builder.method("Echo", AppId.getDefaultInstance(), (request, call) -> request))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("KMS.Echo is there twice");
    }

    @Test
    void countsRequestsUnlessToldOtherwise() {
        PrpcService<String> counting = PrpcService.<String>named("KMS")
                .method("Nothing", Empty.getDefaultInstance(), (request, call) -> {
                    throw new RpcException(call.requestId());
                })
                .build(peer -> "");
        PrpcRequest request = new PrpcRequest(Verb.GET, "Nothing", "", "", new Body.Complete(new byte[0]));

        assertThat(text(counting.handle(request, new Stranger()))).contains("KMS-1");
        assertThat(text(counting.handle(request, new Stranger()))).contains("KMS-2");
    }

    @SuppressWarnings("InfiniteRecursion") // what it is for
    private static Empty recurse(Empty request) {
        return recurse(request);
    }

    private PrpcResponse post(String method, String query, String contentType, String body) {
        return service.handle(
                new PrpcRequest(Verb.POST, method, query, contentType, new Body.Complete(body.getBytes(ISO_8859_1))),
                new Stranger());
    }

    private PrpcResponse get(String method, String query) {
        return service.handle(
                new PrpcRequest(Verb.GET, method, query, "", new Body.Complete(new byte[0])), new Stranger());
    }

    private static String text(PrpcResponse response) {
        return new String(response.body(), UTF_8);
    }

    /** A connection without a certificate. */
    private static final class Stranger implements PeerConnection {
        @Override
        public Optional<X509Certificate> certificate() {
            return Optional.empty();
        }

        @Override
        public String remoteAddress() {
            return "nowhere";
        }

        @Override
        public <T> T remember(Class<T> key, Supplier<T> maker) {
            return maker.get();
        }
    }

    @Test
    void tellsItsObserverOfEveryAnswerOfAMethodItHas() {
        post("KMS.Echo", "json", "", "{}");
        post("Refuse", "json", "", "{}");
        post("Defect", "json", "", "{}");
        post("Unknown", "json", "", "{}");

        assertThat(observed).containsExactly("Echo 200 true", "Refuse 400 true", "Defect 400 true");
    }
}
