package dev.keywarden.spi.planted;

import com.fasterxml.jackson.core.JsonFactory;

/** Breaks a rule on purpose: the SPI knows a library. */
final class SpiKnowsJackson {
    JsonFactory json = new JsonFactory();
}
