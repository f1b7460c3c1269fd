package dev.keywarden.collateral;

import dev.keywarden.dcap.VerifiedCollateral;
import java.time.Instant;

/** What a cache tells whoever logs and counts. Called from any thread; must return soon. */
public interface CacheEvents {
    /** A set was fetched and verified. */
    void fetched(CollateralRequest request, VerifiedCollateral collateral);

    /**
     * A fetch failed.
     *
     * @param urgent whether the set in use is near its end, or there is none
     */
    void failed(CollateralRequest request, CollateralException failure, boolean urgent);

    /** A set could not be kept on disk; it is used all the same. */
    void notKept(CollateralRequest request, Exception failure);

    /**
     * The clock stands well before the making of collateral that was verified already; told once until it is right again.
     *
     * @param now what the clock says
     * @param issued when the newest collateral was made
     */
    void clockWentBack(Instant now, Instant issued);

    /** Says nothing. */
    CacheEvents NONE = new CacheEvents() {
        @Override
        public void fetched(CollateralRequest request, VerifiedCollateral collateral) {}

        @Override
        public void failed(CollateralRequest request, CollateralException failure, boolean urgent) {}

        @Override
        public void notKept(CollateralRequest request, Exception failure) {}

        @Override
        public void clockWentBack(Instant now, Instant issued) {}
    };
}
