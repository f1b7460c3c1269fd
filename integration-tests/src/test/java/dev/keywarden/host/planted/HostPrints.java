package dev.keywarden.host.planted;

/** Breaks a rule on purpose: standard streams. */
final class HostPrints {
    void print() {
        System.out.println("printed");
    }
}
