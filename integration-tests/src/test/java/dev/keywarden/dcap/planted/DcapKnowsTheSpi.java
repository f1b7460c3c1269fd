package dev.keywarden.dcap.planted;

import dev.keywarden.spi.Bytes;

/** Breaks a rule on purpose: dcap knows another module. */
final class DcapKnowsTheSpi {
    Bytes bytes = Bytes.EMPTY;
}
