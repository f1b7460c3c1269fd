package dev.keywarden.plugin.rego.bundle;

import dev.keywarden.plugin.rego.engine.PolicyException;
import org.jspecify.annotations.Nullable;

/** Where bundles come from. Asked by one thread. */
public interface BundleSource extends AutoCloseable {
    /**
     * Looks whether there is another bundle than at the last look.
     *
     * @return the bundle, or null if nothing changed; a bundle that could not be read is not read again until it changes
     * @throws PolicyException if what is there now can't be used
     */
    @Nullable Bundle poll() throws PolicyException, InterruptedException;

    /** The bundle that was returned last decides now. */
    default void accepted() {}

    /** What messages call it. */
    String shown();

    @Override
    default void close() {}
}
