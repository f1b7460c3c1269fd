package dev.keywarden.dcap;

import dev.keywarden.softtee.FuzzSupport;

/** Fuzz target: the text of TCB info, about TDX and about SGX, as if it were signed. */
public final class TcbInfoFuzz {
    private TcbInfoFuzz() {}

    /** What the fuzzer calls. */
    public static void fuzzerTestOneInput(byte[] input) {
        for (TeeType teeType : TeeType.values()) {
            try {
                requireSorted(TcbInfoReader.tcbInfo(ByteView.copyOf(input), teeType));
            } catch (DcapException e) {
                FuzzSupport.requireCategory(e, DcapCode.Category.COLLATERAL);
            }
        }
    }

    private static void requireSorted(TcbInfo tcbInfo) {
        for (int i = 1; i < tcbInfo.levels().size(); i++) {
            if (TcbLevel.BEST_FIRST.compare(
                            tcbInfo.levels().get(i - 1), tcbInfo.levels().get(i))
                    >= 0) {
                throw new AssertionError("levels out of order, or one twice");
            }
        }
    }
}
