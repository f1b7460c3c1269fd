package dev.keywarden.dcap;

import java.time.Instant;
import java.util.List;

/**
 * What Intel says about one part of a TCB: the platform, its TDX module, or its quoting enclave.
 *
 * @param status of the level that the part reaches; of module and quoting enclave it is {@code UpToDate}, {@code OutOfDate}
 *     or {@code Revoked}
 * @param date {@code tcbDate} of that level
 * @param advisoryIds what the part is open to
 */
public record TcbPart(TcbStatus status, Instant date, List<String> advisoryIds) {
    public TcbPart {
        advisoryIds = List.copyOf(advisoryIds);
    }

    /**
     * Judges the status of a level, now that it is selected.
     *
     * @param platform whether it is the platform's, which has more words than its parts
     * @throws DcapException with {@link DcapCode#TCB_STATUS_UNRECOGNIZED}
     */
    static TcbPart of(String status, Instant date, List<String> advisoryIds, boolean platform, DcapObject object) {
        TcbStatus known = TcbStatus.ofLevel(status)
                .filter(word -> platform
                        || word == TcbStatus.UP_TO_DATE
                        || word == TcbStatus.OUT_OF_DATE
                        || word == TcbStatus.REVOKED)
                .orElseThrow(() -> new DcapException(
                        DcapCode.TCB_STATUS_UNRECOGNIZED,
                        object,
                        "the level that fits has the unknown status \"" + DcapException.clip(status) + '"'));
        return new TcbPart(known, date, advisoryIds);
    }

    static TcbPart of(IsvLevel level, DcapObject object) {
        return of(level.status(), level.date(), level.advisoryIds(), false, object);
    }
}
