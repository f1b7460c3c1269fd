package dev.keywarden.app.service;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/** Ids that tell requests apart in logs and records; not secret, and not unguessable. */
public final class RequestIds {
    private RequestIds() {}

    /** 16 hex digits. */
    public static String next() {
        return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    }
}
