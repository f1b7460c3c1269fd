/**
 * Gets Intel's collateral, and keeps it: the one place that talks to collateral services (TDX fact sheet, section 4).
 *
 * <p>A {@link dev.keywarden.collateral.CollateralSource} fetches what {@link dev.keywarden.collateral.CollateralRequest}
 * names: a {@link dev.keywarden.collateral.CollateralService} over HTTP, a {@link
 * dev.keywarden.collateral.CollateralFile}, or {@link dev.keywarden.collateral.SeveralSources} of them. {@link
 * dev.keywarden.collateral.CollateralCache} asks a source, has what came verified, keeps it in memory and in a {@link
 * dev.keywarden.collateral.CollateralStore} on disk, and refreshes it ahead of its end. Nothing is believed here: what
 * verifies is decided by {@code dcap}, and what is kept on disk is verified anew when it is read.
 */
@NullMarked
package dev.keywarden.collateral;

import org.jspecify.annotations.NullMarked;
