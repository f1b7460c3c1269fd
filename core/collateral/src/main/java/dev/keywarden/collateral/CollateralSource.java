package dev.keywarden.collateral;

import dev.keywarden.dcap.Collateral;
import dev.keywarden.dcap.CollateralAge;
import java.util.function.Function;

/** Somewhere to have collateral from. */
public interface CollateralSource {
    /** What to call it in messages. */
    String name();

    /**
     * Fetches.
     *
     * @param request what is needed
     * @param deadline when to give up
     * @param judge verifies what a single place gave, and tells its age; whoever asks several goes on to the next if it
     *     throws {@link CollateralException}
     * @return what passed
     * @throws CollateralException if there was nothing, or nothing acceptable
     */
    Collateral fetch(CollateralRequest request, Deadline deadline, Function<Collateral, CollateralAge> judge);
}
