package dev.keywarden.plugin.tdx.attester;

import com.sun.jna.LastErrorException;
import java.util.Map;

/** What Linux's error numbers mean here (TDX fact sheet, section 5.2). They are the same on x86-64 and aarch64. */
final class Errno {
    static final int EPERM = 1;
    static final int ENOENT = 2;
    static final int EINTR = 4;
    static final int EIO = 5;
    static final int ENXIO = 6;
    static final int EACCES = 13;
    static final int EBUSY = 16;
    static final int EEXIST = 17;
    static final int ENODEV = 19;
    static final int EINVAL = 22;
    static final int ENOTTY = 25;
    static final int ETIMEDOUT = 110;

    private static final Map<Integer, AttesterCode> CODES = Map.ofEntries(
            Map.entry(EPERM, AttesterCode.ATTESTER_DENIED),
            Map.entry(EACCES, AttesterCode.ATTESTER_DENIED),
            Map.entry(ENOENT, AttesterCode.ATTESTER_ABSENT),
            Map.entry(ENXIO, AttesterCode.ATTESTER_ABSENT),
            Map.entry(ENODEV, AttesterCode.ATTESTER_ABSENT),
            Map.entry(ENOTTY, AttesterCode.ATTESTER_ABSENT),
            Map.entry(EINVAL, AttesterCode.ATTESTER_INPUT),
            Map.entry(EBUSY, AttesterCode.ATTESTER_BUSY),
            Map.entry(ETIMEDOUT, AttesterCode.ATTESTER_TIMEOUT),
            Map.entry(EINTR, AttesterCode.ATTESTER_TIMEOUT));

    private Errno() {}

    /** The failure of one call. */
    static AttesterException failure(String what, LastErrorException e) {
        AttesterCode code = CODES.getOrDefault(e.getErrorCode(), AttesterCode.ATTESTER_FAILED);
        String hint = code == AttesterCode.ATTESTER_DENIED ? "; run as root, or give this user the file" : "";
        return new AttesterException(code, what + " failed with errno " + e.getErrorCode() + hint, e);
    }
}
