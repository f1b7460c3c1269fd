package dev.keywarden.host;

import org.jspecify.annotations.Nullable;

/**
 * How the process of an isolated authorizer is fenced in.
 *
 * @param memoryMegabytes its heap, 16 or more; when it is full the process ends
 * @param user runs it as this user of the system, which this process must be allowed to become; {@code null} for its own
 * @param network whether it may use the network
 */
public record Isolation(int memoryMegabytes, @Nullable String user, boolean network) {
    static final int LEAST_MEGABYTES = 16;

    public Isolation {
        if (memoryMegabytes < LEAST_MEGABYTES) {
            throw new IllegalArgumentException(
                    "memory must be " + LEAST_MEGABYTES + " megabytes or more, not " + memoryMegabytes);
        }
        if (user != null && !user.matches("[a-z_][a-z0-9_-]*")) {
            throw new IllegalArgumentException("user must be the name of a user of the system, not " + user);
        }
    }
}
