package dev.keywarden.plugin.rego.bundle;

import dev.keywarden.plugin.rego.engine.PolicyException;
import dev.keywarden.plugin.rego.engine.PolicyException.Code;
import dev.keywarden.plugin.rego.http.HttpAsker;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A bundle server. It is asked with the tag of the last answer; what counts is the content, so that a server which changes
 * tags without reason swaps nothing. One that keeps its tag although the content changes is found out by the question
 * without a tag that is put now and then.
 */
public final class HttpSource implements BundleSource {
    /** Every so many questions one is put without the tag. */
    private static final int UNCONDITIONAL = 20;

    private static final int OK = 200;
    private static final int NOT_MODIFIED = 304;

    private final URI url;
    private final HttpAsker asker;
    private final Duration timeout;
    private final BundleReader reader;
    private final BundleLimits limits;
    private final BundleStore store;
    private final System.Logger logger;
    private int asked;
    private @Nullable String tag;
    private byte @Nullable [] last;
    private BundleStore.@Nullable Kept fresh;

    /**
     * A server.
     *
     * @param timeout for one answer, from the connection to its last byte
     * @param store keeps the last good bundle
     */
    public HttpSource(
            URI url,
            HttpAsker asker,
            Duration timeout,
            BundleReader reader,
            BundleLimits limits,
            BundleStore store,
            System.Logger logger) {
        this.url = url;
        this.asker = asker;
        this.timeout = timeout;
        this.reader = reader;
        this.limits = limits;
        this.store = store;
        this.logger = logger;
    }

    @Override
    public @Nullable Bundle poll() throws PolicyException, InterruptedException {
        boolean first = asked == 0;
        BundleStore.Kept kept = first ? store.load() : null;
        Bundle keptBundle = kept == null ? null : readKept(kept);
        if (kept != null && keptBundle != null) {
            tag = kept.tag();
        }
        try {
            Bundle fetched = fetch();
            return fetched != null ? fetched : keptBundle;
        } catch (PolicyException e) {
            if (keptBundle == null) {
                throw e;
            }
            logger.log(
                    System.Logger.Level.WARNING,
                    "The bundle server " + shown() + ": the bundle " + e.getMessage() + " ("
                            + e.code().text() + "); the one kept from before decides");
            return keptBundle;
        }
    }

    private @Nullable Bundle readKept(BundleStore.Kept kept) {
        try {
            Bundle bundle = reader.readArchive(kept.archive());
            last = kept.archive();
            return bundle;
        } catch (PolicyException e) {
            logger.log(
                    System.Logger.Level.WARNING,
                    "The bundle kept from " + shown() + " " + e.getMessage() + "; it is not used");
            return null;
        }
    }

    private @Nullable Bundle fetch() throws PolicyException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(url).GET();
        boolean conditional = tag != null && ++asked % UNCONDITIONAL != 0;
        asked = Math.max(asked, 1);
        if (conditional && tag != null) {
            request.header("If-None-Match", tag);
        }
        HttpResponse<byte[]> answer;
        try {
            answer = asker.ask(request, timeout, limits.packedBytes());
        } catch (IOException e) {
            throw failed("could not be fetched: " + e.getMessage(), e);
        }
        if (answer.statusCode() == NOT_MODIFIED && conditional) {
            return null;
        }
        if (answer.statusCode() != OK) {
            throw failed("could not be fetched: the server answered " + answer.statusCode(), null);
        }
        byte[] archive = answer.body();
        tag = answer.headers().firstValue("ETag").filter(HttpSource::isTag).orElse(null);
        if (Arrays.equals(archive, last)) {
            return null;
        }
        last = archive;
        Bundle bundle = reader.readArchive(archive);
        fresh = new BundleStore.Kept(archive, tag);
        return bundle;
    }

    /** RFC 9110, section 8.8.3, and no longer than one would expect. */
    private static boolean isTag(String value) {
        return value.matches("(?:W/)?\"[!#-~]{0,200}\"");
    }

    private static PolicyException failed(String problem, @Nullable Exception cause) {
        return new PolicyException(Code.BUNDLE_SERVER_FAILED, problem, cause);
    }

    @Override
    public void accepted() {
        BundleStore.Kept good = fresh;
        if (good != null) {
            fresh = null;
            store.keep(good);
        }
    }

    @Override
    public String shown() {
        return HttpAsker.shown(url);
    }

    @Override
    public void close() {
        asker.close();
    }
}
