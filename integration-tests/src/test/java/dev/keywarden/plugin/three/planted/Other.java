package dev.keywarden.plugin.three.planted;

/** What a planted violation knows and must not. */
public final class Other {}
