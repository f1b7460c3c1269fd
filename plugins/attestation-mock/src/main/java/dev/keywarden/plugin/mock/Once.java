package dev.keywarden.plugin.mock;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes a value when it is first asked for, and keeps it; a failure is not kept. The lock is one that virtual threads may
 * wait for, because making the value may touch the disk.
 */
final class Once<T> implements Supplier<T> {
    private final ReentrantLock making = new ReentrantLock();
    private final Supplier<T> maker;
    private volatile @Nullable T value;

    Once(Supplier<T> maker) {
        this.maker = maker;
    }

    @Override
    public T get() {
        T known = value;
        if (known != null) {
            return known;
        }
        making.lock();
        try {
            T late = value;
            T made = late != null ? late : maker.get();
            value = made;
            return made;
        } finally {
            making.unlock();
        }
    }
}
