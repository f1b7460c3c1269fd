package dev.keywarden.server;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpHeadersFactory;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.AsciiString;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Dresses answers for HTTP: the headers of wire-protocol.md section 1.8, in its order. */
final class ResponseHeaders {
    private static final AsciiString SERVER = AsciiString.cached("Keywarden");
    private static final AsciiString FRAME_OPTIONS = AsciiString.cached("SAMEORIGIN");
    private static final AsciiString CONTENT_TYPE_OPTIONS = AsciiString.cached("x-content-type-options");
    private static final AsciiString NOSNIFF = AsciiString.cached("nosniff");
    private static final AsciiString PERMISSIONS_POLICY = AsciiString.cached("permissions-policy");
    private static final AsciiString NO_INTEREST_COHORT = AsciiString.cached("interest-cohort=()");
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    /** Names and values are constants, or were checked when the site was built. */
    private static final HttpHeadersFactory UNCHECKED =
            DefaultHttpHeadersFactory.headersFactory().withValidation(false);

    private final Site site;
    private final InstantSource clock;
    private volatile CachedDate date = new CachedDate(Long.MIN_VALUE, "");

    private record CachedDate(long second, String text) {}

    ResponseHeaders(Site site, InstantSource clock) {
        this.site = site;
        this.clock = clock;
    }

    /**
     * The whole response.
     *
     * @param version of the request
     * @param withBody whether the body is sent, or only its length told
     */
    FullHttpResponse dress(Answer answer, HttpVersion version, boolean withBody, boolean keepAlive) {
        FullHttpResponse response = new DefaultFullHttpResponse(
                version,
                HttpResponseStatus.valueOf(answer.status()),
                withBody ? Unpooled.wrappedBuffer(answer.body()) : Unpooled.EMPTY_BUFFER,
                UNCHECKED,
                UNCHECKED);
        HttpHeaders headers = response.headers()
                .add(HttpHeaderNames.CONTENT_TYPE, answer.contentType())
                .add(HttpHeaderNames.SERVER, SERVER)
                .add(HttpHeaderNames.X_FRAME_OPTIONS, FRAME_OPTIONS)
                .add(CONTENT_TYPE_OPTIONS, NOSNIFF)
                .add(PERMISSIONS_POLICY, NO_INTEREST_COHORT);
        for (Header header : site.headers()) {
            headers.add(header.name(), header.value());
        }
        for (Header header : answer.headers()) {
            headers.set(header.name(), header.value());
        }
        headers.add(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(answer.body().length));
        if (!keepAlive) {
            headers.add(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        } else if (!version.isKeepAliveDefault()) {
            headers.add(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
        }
        headers.add(HttpHeaderNames.DATE, date());
        return response;
    }

    private String date() {
        Instant now = clock.instant();
        CachedDate cached = date;
        if (cached.second() != now.getEpochSecond()) {
            cached = new CachedDate(now.getEpochSecond(), DATE.format(now));
            date = cached;
        }
        return cached.text();
    }
}
