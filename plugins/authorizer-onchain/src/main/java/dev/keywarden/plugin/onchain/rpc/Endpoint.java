package dev.keywarden.plugin.onchain.rpc;

import okhttp3.Credentials;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/**
 * Where a provider is. Its path and query often hold a key, so only host and port are ever shown.
 *
 * @param url without user name and password
 * @param authorization the header that carries these, or {@code null}
 */
record Endpoint(HttpUrl url, @Nullable String authorization) {
    /** @throws IllegalArgumentException if the text is not an http or https URL */
    static Endpoint parse(String text) {
        HttpUrl url = HttpUrl.parse(text);
        if (url == null) {
            throw new IllegalArgumentException(
                    "providers must be http:// or https:// URLs, and one of them is not (it is not repeated here, because"
                            + " it may hold a key)");
        }
        String authorization = url.username().isEmpty() ? null : Credentials.basic(url.username(), url.password());
        return new Endpoint(url.newBuilder().username("").password("").build(), authorization);
    }

    /** Host and port. */
    String shown() {
        return url.host() + ":" + url.port();
    }

    @Override
    public String toString() {
        return shown();
    }
}
