package dev.keywarden.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywarden.rpc.PrpcRequest.Verb;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Shapes of wire-protocol.md section 1.1, with the corrections of section 17. */
final class RouterTest {
    private final Router router = new Router(new TestSite().site());

    @ParameterizedTest
    @CsvSource({
        "POST, /prpc/Echo?json, Echo, json, POST",
        "POST, /prpc/Echo, Echo, '', POST",
        "GET, /prpc/KMS.Echo?app_id=11&json, KMS.Echo, app_id=11&json, GET",
        "HEAD, /prpc/Echo, Echo, '', GET",
        "POST, //prpc/Echo?json, Echo, json, POST",
        "POST, /prpc//Echo, Echo, '', POST",
        "POST, ///prpc///Echo, Echo, '', POST",
        "POST, /prpc/Ec%68o, Echo, '', POST",
        "POST, /prpc/a%2Fb, a/b, '', POST",
        "POST, /prpc/%zz%, %zz%, '', POST",
        "POST, /prpc/%ff, \uFFFD, '', POST",
        "POST, /prpc/KMS., KMS., '', POST",
        "POST, https://127.0.0.1:9111/prpc/Echo?json, Echo, json, POST",
        "POST, /prpc/Echo?a=/b/c?d, Echo, a=/b/c?d, POST",
        "POST, /prpc/Echo?, Echo, '', POST",
    })
    void findsMethods(String verb, String uri, String method, String query, Verb reading) {
        assertThat(route(verb, uri)).isInstanceOfSatisfying(Router.Target.Method.class, target -> {
            assertThat(target.method()).isEqualTo(method);
            assertThat(target.query()).isEqualTo(query);
            assertThat(target.verb()).isEqualTo(reading);
        });
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /",
        "HEAD, /",
        "GET, /finish",
        "GET, /finish?x=1",
        "GET, //finish",
        "GET, http://host",
        "GET, /%66inish"
    })
    void findsPages(String verb, String uri) {
        assertThat(route(verb, uri)).isInstanceOf(Router.Target.Fixed.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /nope",
                "GET /prpc",
                "GET /finish/",
                "POST /finish",
                "POST /",
                "POST /prpc/a/b?json",
                "POST /prpc/Echo/?json",
                "POST /PRPC/Echo",
                "PATCH /prpc/Echo",
                "PUT /prpc/Echo",
                "DELETE /prpc/Echo",
                "OPTIONS /prpc/Echo",
                "TRACE /prpc/Echo",
                "CONNECT host:443",
                "OPTIONS *",
                "get /finish",
                "PATCH /",
                "GET prpc/Echo",
            })
    void findsNothing(String line) {
        assertThat(route(line.substring(0, line.indexOf(' ')), line.substring(line.indexOf(' ') + 1)))
                .isEqualTo(new Router.Target.Nothing(StatusPage.NOT_FOUND));
    }

    @ParameterizedTest
    @CsvSource({"GET, /prpc/", "POST, /prpc/?json", "HEAD, /prpc/", "GET, //prpc//"})
    void missesTheNameOfTheMethod(String verb, String uri) {
        assertThat(route(verb, uri)).isEqualTo(new Router.Target.Nothing(StatusPage.UNPROCESSABLE));
    }

    @Test
    void hasNoMethodsWithoutAService() {
        Router empty = new Router(Site.builder().build());

        assertThat(empty.route(new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, "/prpc/Echo")))
                .isEqualTo(new Router.Target.Nothing(StatusPage.NOT_FOUND));
    }

    private Router.Target route(String verb, String uri) {
        return router.route(new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.valueOf(verb), uri));
    }
}
