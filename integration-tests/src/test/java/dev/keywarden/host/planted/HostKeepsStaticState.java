package dev.keywarden.host.planted;

/** Breaks a rule on purpose: static mutable state. */
final class HostKeepsStaticState {
    static int counter;
}
