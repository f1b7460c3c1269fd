package dev.keywarden.spi;

/** A decision point: says whether a subject may pass a gate. */
public interface Authorizer extends AutoCloseable {
    /** The short name that configuration, logs and records use, for example {@code rego}; {@code [a-z][a-z0-9-]*}. */
    String name();

    /**
     * Decides. Decisions are never cached by the host; an implementation that caches what they rest on says so on its
     * page.
     *
     * @param request what is asked; its deadline is enforced by the host, which interrupts the thread
     * @return the answer; never {@code null}
     * @throws PluginException with {@link PluginException.Kind#UNAVAILABLE} when unable to decide
     */
    Decision authorize(AuthorizationRequest request);

    /**
     * What GetMeta shows of this authorizer's authority.
     *
     * @throws PluginException with {@link PluginException.Kind#UNAVAILABLE} when it can't be had just now
     */
    default AuthorityInfo authorityInfo() {
        return AuthorityInfo.NONE;
    }

    /** Releases what the authorizer holds. Called once, after its last use. */
    @Override
    default void close() {}
}
