package dev.keywarden.collateral;

import dev.keywarden.dcap.Collateral;
import java.util.function.Consumer;

/** Somewhere to have collateral from. */
public interface CollateralSource {
    /** What to call it in messages. */
    String name();

    /**
     * Fetches.
     *
     * @param request what is needed
     * @param deadline when to give up
     * @param acceptable looks at what a single place gave; whoever asks several goes on to the next if it throws {@link
     *     CollateralException}
     * @return what was acceptable
     * @throws CollateralException if there was nothing, or nothing acceptable
     */
    Collateral fetch(CollateralRequest request, Deadline deadline, Consumer<Collateral> acceptable);
}
