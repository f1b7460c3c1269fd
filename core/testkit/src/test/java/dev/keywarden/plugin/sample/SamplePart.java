package dev.keywarden.plugin.sample;

/** What the plugin's class names. */
final class SamplePart {
    private SamplePart() {}
}
