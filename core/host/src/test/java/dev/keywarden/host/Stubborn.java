package dev.keywarden.host;

import java.util.concurrent.CountDownLatch;

/** Waits as a plugin must not: without honouring its interrupt. */
final class Stubborn {
    private Stubborn() {}

    static void await(CountDownLatch release) {
        boolean released = false;
        while (!released) {
            try {
                release.await();
                released = true;
            } catch (InterruptedException e) {
                released = false;
            }
        }
    }
}
