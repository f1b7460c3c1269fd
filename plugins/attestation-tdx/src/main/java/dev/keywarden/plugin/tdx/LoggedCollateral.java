package dev.keywarden.plugin.tdx;

import dev.keywarden.collateral.CacheEvents;
import dev.keywarden.collateral.CollateralException;
import dev.keywarden.collateral.CollateralRequest;
import dev.keywarden.dcap.DcapCode;
import dev.keywarden.dcap.VerifiedCollateral;
import dev.keywarden.spi.PluginContext;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;

/** Logs and counts what happens to collateral. */
final class LoggedCollateral implements CacheEvents {
    private final Logger logger;
    private final PluginContext.Meter meter;

    LoggedCollateral(PluginContext context) {
        this.logger = context.logger();
        this.meter = context.meter();
    }

    @Override
    public void fetched(CollateralRequest request, VerifiedCollateral collateral) {
        meter.count("collateral_fetches_total", 1);
        logger.log(
                Level.INFO,
                "Collateral " + request + " is there: evaluation number " + collateral.evaluationNumber()
                        + ", valid until " + collateral.validUntil());
    }

    /** Answers some hours older than what is in use are normal behind a content network, so they are no warning. */
    @Override
    public void failed(CollateralRequest request, CollateralException failure, boolean urgent) {
        meter.count("collateral_failures_total", 1);
        boolean quiet = !urgent && failure.code() == DcapCode.COLLATERAL_ROLLBACK;
        logger.log(
                quiet ? Level.DEBUG : Level.WARNING,
                "Collateral " + request + " could not be had: " + failure.getMessage()
                        + (urgent ? "" : " (the one in use is good for long yet)"));
    }

    @Override
    public void notKept(CollateralRequest request, Exception failure) {
        logger.log(
                Level.WARNING,
                "Collateral " + request + " can't be kept on disk (" + failure + "); it is used all the same");
    }

    @Override
    public void clockWentBack(Instant now, Instant issued) {
        meter.count("collateral_clock_jumps_total", 1);
        logger.log(
                Level.WARNING,
                "This machine's clock says " + now + ", but collateral that was verified is of " + issued
                        + ". Set the clock; until then what is not valid yet by it is refused");
    }
}
