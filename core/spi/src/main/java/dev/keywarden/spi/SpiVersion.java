package dev.keywarden.spi;

/**
 * The semantic version of this interface, independent of the version of the host.
 *
 * <p>A plugin states in its manifest which versions it works with, for example {@code Plugin-Requires: >=1.0.0 &
 * <2.0.0}; the host refuses by name a plugin whose expression the value below does not satisfy.
 */
public final class SpiVersion {
    /** The version of the interface in this jar, {@code major.minor.patch}. */
    public static final String CURRENT = "1.0.0";

    private SpiVersion() {}
}
