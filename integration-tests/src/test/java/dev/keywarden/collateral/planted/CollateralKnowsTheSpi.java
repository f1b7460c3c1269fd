package dev.keywarden.collateral.planted;

import dev.keywarden.spi.Bytes;

/** Breaks a rule on purpose: collateral knows the plugin interface. */
final class CollateralKnowsTheSpi {
    Class<?> known = Bytes.class;
}
