package dev.keywarden.server;

import dev.keywarden.rpc.PercentEncoding;
import dev.keywarden.rpc.PrpcRequest.Verb;
import dev.keywarden.rpc.PrpcService;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Finds what a request is for (wire-protocol.md, section 1.1, and its corrections in section 17). */
final class Router {
    private static final String PRPC = "/prpc/";

    private final Site site;

    Router(Site site) {
        this.site = site;
    }

    /** What a request is for. */
    sealed interface Target {
        /**
         * A method of a service.
         *
         * @param method last segment, decoded
         * @param query raw
         */
        record Method(PrpcService<?> service, Verb verb, String method, String query) implements Target {}

        /** A page of the site. */
        record Fixed(PageHandler handler) implements Target {}

        /** Nothing that is there. */
        record Nothing(StatusPage page) implements Target {}
    }

    /**
     * The target of a request line, in origin form or in absolute form, whose authority is ignored.
     */
    Target route(HttpRequest head) {
        String target = originForm(head.uri());
        int question = target.indexOf('?');
        String path = withoutDoubleSlashes(question < 0 ? target : target.substring(0, question));
        Verb reading = verb(head.method());
        if (reading == null) {
            return new Target.Nothing(StatusPage.NOT_FOUND);
        }
        PrpcService<?> service = site.service();
        if (service != null && path.startsWith(PRPC) && path.indexOf('/', PRPC.length()) < 0) {
            String method = percentDecoded(path.substring(PRPC.length()));
            return method.isEmpty()
                    ? new Target.Nothing(StatusPage.UNPROCESSABLE)
                    : new Target.Method(service, reading, method, question < 0 ? "" : target.substring(question + 1));
        }
        PageHandler page = reading == Verb.GET ? site.page(percentDecoded(path)) : null;
        return page == null ? new Target.Nothing(StatusPage.NOT_FOUND) : new Target.Fixed(page);
    }

    private static @Nullable Verb verb(HttpMethod method) {
        if (HttpMethod.POST.equals(method)) {
            return Verb.POST;
        }
        return HttpMethod.GET.equals(method) || HttpMethod.HEAD.equals(method) ? Verb.GET : null;
    }

    private static String originForm(String uri) {
        int scheme = uri.startsWith("/") ? -1 : uri.indexOf("://");
        if (scheme < 0) {
            return uri;
        }
        int path = uri.indexOf('/', scheme + 3);
        return path < 0 ? "/" : uri.substring(path);
    }

    private static String withoutDoubleSlashes(String path) {
        if (!path.contains("//")) {
            return path;
        }
        StringBuilder single = new StringBuilder(path.length());
        for (int i = 0; i < path.length(); i++) {
            if (path.charAt(i) != '/' || i == 0 || path.charAt(i - 1) != '/') {
                single.append(path.charAt(i));
            }
        }
        return single.toString();
    }

    /** Bytes that are not UTF-8 become U+FFFD. */
    private static String percentDecoded(String text) {
        return text.indexOf('%') < 0 ? text : new String(PercentEncoding.decode(text), StandardCharsets.UTF_8);
    }
}
