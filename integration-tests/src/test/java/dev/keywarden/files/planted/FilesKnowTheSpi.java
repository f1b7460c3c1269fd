package dev.keywarden.files.planted;

import dev.keywarden.spi.Bytes;

/** Breaks the rule that the files know nobody. */
final class FilesKnowTheSpi {
    private final Bytes bytes = Bytes.EMPTY;

    @Override
    public String toString() {
        return bytes.toHex();
    }
}
