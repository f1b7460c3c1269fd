package dev.keywarden.server;

import dev.keywarden.rpc.PrpcService;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one listener serves: a service under {@code /prpc/<method>} and pages under exact paths (wire-protocol.md, section
 * 1.1). Everything else is 404.
 */
public final class Site {
    private final @Nullable PrpcService<?> service;
    private final Map<String, PageHandler> pages;
    private final List<Header> headers;
    private final @Nullable RequestGuard guard;

    private Site(Builder builder) {
        this.service = builder.service;
        this.pages = Map.copyOf(builder.pages);
        this.headers = List.copyOf(builder.headers);
        this.guard = builder.guard;
    }

    /** Starts an empty site. */
    public static Builder builder() {
        return new Builder();
    }

    @Nullable PrpcService<?> service() {
        return service;
    }

    @Nullable PageHandler page(String path) {
        return pages.get(path);
    }

    List<Header> headers() {
        return headers;
    }

    @Nullable RequestGuard guard() {
        return guard;
    }

    /** Collects what a site serves. */
    public static final class Builder {
        private final Map<String, PageHandler> pages = new HashMap<>();
        private final List<Header> headers = new ArrayList<>();
        private @Nullable PrpcService<?> service;
        private @Nullable RequestGuard guard;

        private Builder() {}

        /** Serves {@code GET}, {@code HEAD} and {@code POST} of {@code /prpc/<method>}. */
        public Builder prpc(PrpcService<?> prpcService) {
            service = prpcService;
            return this;
        }

        /**
         * Serves {@code GET} and {@code HEAD} of one path.
         *
         * @param path begins with a slash, for example {@code /} or {@code /finish}
         */
        public Builder page(String path, PageHandler handler) {
            if (!path.startsWith("/") || pages.putIfAbsent(path, handler) != null) {
                throw new IllegalArgumentException("Path %s is there twice or does not begin with /".formatted(path));
            }
            return this;
        }

        /** Adds a header to every answer, 404 pages included; {@code X-App-Version} is one. */
        public Builder header(String name, String value) {
            headers.add(new Header(name, value));
            return this;
        }

        /** Has every request looked at first, whether there is something under its path or not. */
        public Builder guard(RequestGuard requestGuard) {
            guard = requestGuard;
            return this;
        }

        /** The finished site. */
        public Site build() {
            return new Site(this);
        }
    }
}
