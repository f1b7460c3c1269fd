package dev.keywarden.server;

/** Makes a page. Called concurrently, on virtual threads; may block. */
@FunctionalInterface
public interface PageHandler {
    /**
     * The page for one request.
     *
     * @throws Exception on a defect; the client gets status 500 and no details
     */
    Page get() throws Exception;
}
