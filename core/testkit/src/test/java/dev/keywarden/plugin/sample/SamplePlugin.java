package dev.keywarden.plugin.sample;

import dev.keywarden.spi.KeywardenPlugin;
import org.jspecify.annotations.Nullable;

/** A plugin that does nothing, packed by the tests of the archive's contract. */
public final class SamplePlugin implements KeywardenPlugin {
    @Nullable SamplePart part;

    /** For the loader. */
    public SamplePlugin() {}
}
