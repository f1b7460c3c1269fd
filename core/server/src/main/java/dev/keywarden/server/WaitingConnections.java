package dev.keywarden.server;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The connections from which nothing is owed an answer: still greeting, or between two requests. Longest waiting first, which is
 * the order in which they give up their places when all are taken.
 *
 * <p>Safe for use by several event loops.
 */
final class WaitingConnections {
    private final Set<ConnectionHandler> waiting = new LinkedHashSet<>();

    synchronized void add(ConnectionHandler connection) {
        waiting.add(connection);
    }

    synchronized void remove(ConnectionHandler connection) {
        waiting.remove(connection);
    }

    /** Removes the one that has waited longest; {@code null} if every connection is busy. */
    synchronized @Nullable ConnectionHandler takeOldest() {
        Iterator<ConnectionHandler> oldest = waiting.iterator();
        if (!oldest.hasNext()) {
            return null;
        }
        ConnectionHandler taken = oldest.next();
        oldest.remove();
        return taken;
    }
}
