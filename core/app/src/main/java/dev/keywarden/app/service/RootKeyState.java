package dev.keywarden.app.service;

import dev.keywarden.app.gate.GateRefusal;
import dev.keywarden.keys.KeyDirectory;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Where a node stands with regard to its root keys, and the one door through which it gets some.
 *
 * <p>A node gets root keys once, by bootstrap or by onboarding. Calls come one at a time; whoever comes second finds keys and
 * is refused without having touched anything (wire protocol, section 14, defects 4 to 6).
 */
public final class RootKeyState {
    /** Where a node stands. */
    public enum Phase {
        /** There is no root key. */
        NOT_BOOTSTRAPPED,
        /** Root keys are being made. */
        BOOTSTRAPPING,
        /** Root keys are being taken over. */
        ONBOARDING,
        /** There is a root key; what is missing beside it is made again when the node starts to serve. */
        BOOTSTRAPPED_OR_REPAIRABLE
    }

    private final KeyDirectory directory;
    private final ReentrantLock oneAtATime = new ReentrantLock();
    private volatile boolean busy;
    private volatile Phase busyWith = Phase.NOT_BOOTSTRAPPED;

    public RootKeyState(KeyDirectory directory) {
        this.directory = directory;
    }

    /** Where the node stands at this moment. */
    public Phase phase() {
        if (busy) {
            return busyWith;
        }
        return directory.hasRootKey() ? Phase.BOOTSTRAPPED_OR_REPAIRABLE : Phase.NOT_BOOTSTRAPPED;
    }

    /**
     * Gets root keys, if there are none.
     *
     * @param how {@link Phase#BOOTSTRAPPING} or {@link Phase#ONBOARDING}
     * @param already what a node with root keys says
     * @param ceremony gets them and stores them in the directory
     * @throws GateRefusal if there are some
     */
    <T> T acquire(Phase how, String already, Supplier<T> ceremony) {
        oneAtATime.lock();
        try {
            if (directory.hasRootKey()) {
                throw new GateRefusal(already);
            }
            busyWith = how;
            busy = true;
            return ceremony.get();
        } finally {
            busy = false;
            oneAtATime.unlock();
        }
    }
}
