package dev.keywarden.collateral;

import dev.keywarden.dcap.ByteView;
import dev.keywarden.dcap.Collateral;
import dev.keywarden.dcap.CollateralAge;
import dev.keywarden.dcap.DcapCode;
import dev.keywarden.dcap.DcapException;
import dev.keywarden.dcap.DcapObject;
import dev.keywarden.dcap.ServiceAnswer;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Intel's service, or a cache that stands before it (TDX fact sheet, sections 4.1 and 4.2): four documents, asked for at
 * once.
 */
public final class CollateralService implements CollateralSource {
    /** Longest header with a chain, in characters. */
    private static final int MAX_CHAIN_HEADER = 32 * 1024;

    private static final int TOO_MANY_REQUESTS = 429;

    private final ServiceAddress address;
    private final @Nullable String rootCrlAddress;
    private final HttpFetcher http;
    private final Duration timeout;

    /**
     * A service.
     *
     * @param rootCrlAddress where the root's CRL is, or {@code null} for where the service has it
     * @param http not closed by this object
     * @param timeout for all four documents
     */
    public CollateralService(
            ServiceAddress address, @Nullable String rootCrlAddress, HttpFetcher http, Duration timeout) {
        this.address = address;
        this.rootCrlAddress = rootCrlAddress;
        this.http = http;
        this.timeout = timeout;
    }

    @Override
    public String name() {
        return address.toString();
    }

    @Override
    public Collateral fetch(CollateralRequest request, Deadline deadline, Function<Collateral, CollateralAge> judge) {
        Collateral fetched;
        try {
            fetched = fetch(request, deadline.butAtMost(timeout));
        } catch (DcapException e) {
            throw CollateralException.of(e, name());
        }
        CollateralAge unused = judge.apply(fetched);
        return fetched;
    }

    private Collateral fetch(CollateralRequest request, Deadline deadline) {
        List<Document> documents = new ArrayList<>();
        try {
            Document pckCrl = start(address.pckCrl(request), Collateral.MAX_CRL_BYTES, documents);
            Document tcb = start(address.tcbInfo(request), Collateral.MAX_OBJECT_BYTES, documents);
            Document identity = start(address.qeIdentity(request), Collateral.MAX_OBJECT_BYTES, documents);
            // In hex, as caches send it, twice as long.
            Document rootCrl = start(address.rootCrl(rootCrlAddress), 2 * Collateral.MAX_CRL_BYTES, documents);
            HttpAnswer crl = pckCrl.await(deadline);
            HttpAnswer tcbInfo = tcb.await(deadline);
            HttpAnswer qeIdentity = identity.await(deadline);
            HttpAnswer root = rootCrl.await(deadline);
            return new Collateral(
                    chain(crl, DcapObject.CRL_ISSUER, "SGX-PCK-CRL-Issuer-Chain"),
                    ServiceAnswer.crl(root.body(), DcapObject.ROOT_CRL),
                    ServiceAnswer.crl(crl.body(), DcapObject.PCK_CRL),
                    ServiceAnswer.tcbInfo(
                            tcbInfo.body(),
                            chain(
                                    tcbInfo,
                                    DcapObject.TCB_SIGNER,
                                    "TCB-Info-Issuer-Chain",
                                    "SGX-TCB-Info-Issuer-Chain")),
                    ServiceAnswer.qeIdentity(
                            qeIdentity.body(),
                            chain(qeIdentity, DcapObject.QE_IDENTITY_SIGNER, "SGX-Enclave-Identity-Issuer-Chain")),
                    null);
        } finally {
            documents.forEach(Document::giveUp);
        }
    }

    private Document start(URI uri, int maxBytes, List<Document> documents) {
        Document document = new Document(http, uri, maxBytes, http.start(uri, maxBytes));
        documents.add(document);
        return document;
    }

    private ByteView chain(HttpAnswer answer, DcapObject object, String... names) {
        for (String name : names) {
            Optional<String> header = answer.headers().firstValue(name);
            if (header.isPresent()) {
                if (header.get().length() > MAX_CHAIN_HEADER) {
                    throw new CollateralException(
                            DcapCode.COLLATERAL_MALFORMED,
                            name() + ": the header " + name + " has more than " + MAX_CHAIN_HEADER + " characters");
                }
                return ServiceAnswer.issuerChain(header.get(), object);
            }
        }
        throw new CollateralException(DcapCode.COLLATERAL_MISSING, name() + ": the header " + names[0] + " is missing");
    }

    /** One of the four under way. */
    private record Document(HttpFetcher http, URI uri, int maxBytes, CompletableFuture<HttpAnswer> answer) {
        HttpAnswer await(Deadline deadline) {
            HttpAnswer first = HttpFetcher.await(answer, uri, deadline);
            if (first.status() != TOO_MANY_REQUESTS || !pausedAsTold(first, deadline)) {
                return understood(first);
            }
            CompletableFuture<HttpAnswer> second = http.start(uri, maxBytes);
            try {
                return understood(HttpFetcher.await(second, uri, deadline));
            } finally {
                second.cancel(true);
            }
        }

        /** Waits as the service says, once, if that is possible within the deadline. */
        private static boolean pausedAsTold(HttpAnswer answer, Deadline deadline) {
            long seconds = answer.headers()
                    .firstValue("Retry-After")
                    .filter(text -> text.matches("[0-9]{1,4}"))
                    .map(Long::parseLong)
                    .orElse(Long.MAX_VALUE);
            if (seconds >= deadline.left().toSeconds()) {
                return false;
            }
            try {
                TimeUnit.SECONDS.sleep(seconds);
                return true;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }

        private HttpAnswer understood(HttpAnswer answer) {
            return switch (answer.status()) {
                case 200 -> answer;
                case 404, 461, 462 ->
                    throw refused(DcapCode.COLLATERAL_UNKNOWN_PLATFORM, answer, "it does not know this platform");
                case 410 -> throw refused(DcapCode.COLLATERAL_GONE, answer, "it does not serve this any longer");
                case 401 ->
                    throw refused(DcapCode.COLLATERAL_UNAVAILABLE, answer, "it wants a key that was not configured");
                default -> throw refused(DcapCode.COLLATERAL_UNAVAILABLE, answer, "it gave no collateral");
            };
        }

        private CollateralException refused(DcapCode code, HttpAnswer answer, String what) {
            String id = answer.headers()
                    .firstValue("Request-ID")
                    .filter(text -> text.matches("[A-Za-z0-9-]{1,64}"))
                    .map(text -> ", request " + text)
                    .orElse("");
            return new CollateralException(code, uri + ": " + what + " (status " + answer.status() + id + ")");
        }

        void giveUp() {
            answer.cancel(true);
        }
    }
}
