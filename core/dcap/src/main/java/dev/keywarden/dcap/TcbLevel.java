package dev.keywarden.dcap;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/**
 * A level of a platform's TCB (TDX fact sheet, sections 2.6 and 2.7).
 *
 * @param sgxComponents SVNs of the 16 components of the SGX TCB, one byte each
 * @param pceSvn 0 to 65535
 * @param tdxComponents SVNs of the 16 components of the TDX TCB; no bytes in TCB info about SGX
 * @param sgxNames what Intel calls the SGX components, 16 strings, empty where it says nothing
 * @param tdxNames the same for the TDX components; no strings in TCB info about SGX
 * @param date {@code tcbDate}: a platform on this level has all that was published until then
 * @param status Intel's word as it stands; it is judged when the level is selected
 * @param advisoryIds what a platform on this level is open to
 */
public record TcbLevel(
        ByteView sgxComponents,
        int pceSvn,
        ByteView tdxComponents,
        List<String> sgxNames,
        List<String> tdxNames,
        Instant date,
        String status,
        List<String> advisoryIds) {

    static final int COMPONENTS = 16;

    /** Components 0 and 1 of the TDX TCB are the module's versions. */
    private static final int MODULE_COMPONENTS = 2;

    /** The order in which levels are tried. */
    static final Comparator<TcbLevel> BEST_FIRST = Comparator.comparing(
                    TcbLevel::sgxComponents, ByteView::compareUnsigned)
            .thenComparing(TcbLevel::pceSvn)
            .thenComparing(TcbLevel::tdxComponents, ByteView::compareUnsigned)
            .reversed();

    public TcbLevel {
        sgxNames = List.copyOf(sgxNames);
        tdxNames = List.copyOf(tdxNames);
        advisoryIds = List.copyOf(advisoryIds);
    }

    /** The first TDX component that is compared for a module of this major version: later ones have an identity. */
    static int firstTdxComponent(int moduleVersion) {
        return moduleVersion > 0 ? MODULE_COMPONENTS : 0;
    }

    /** Whether a platform reaches this level in every component. */
    boolean reachedBy(SgxExtension platform, ByteView teeTcbSvn) {
        if (!reached(sgxComponents, platform.components(), 0) || platform.pceSvn() < pceSvn) {
            return false;
        }
        return tdxComponents.length() == 0
                || reached(tdxComponents, teeTcbSvn, firstTdxComponent(teeTcbSvn.unsignedAt(1)));
    }

    private static boolean reached(ByteView needed, ByteView found, int from) {
        for (int i = from; i < needed.length(); i++) {
            if (found.unsignedAt(i) < needed.unsignedAt(i)) {
                return false;
            }
        }
        return true;
    }
}
