package dev.keywarden.dcap;

import dev.keywarden.softtee.FuzzSupport;

/** Fuzz target: the text of a quoting enclave's identity, for TDX and for SGX, as if it were signed. */
public final class QeIdentityFuzz {
    private QeIdentityFuzz() {}

    /** What the fuzzer calls. */
    public static void fuzzerTestOneInput(byte[] input) {
        for (TeeType teeType : TeeType.values()) {
            try {
                QeIdentity identity = TcbInfoReader.qeIdentity(ByteView.copyOf(input), teeType);
                if (QeIdentity.hasBitsOutside(identity.attributesMask(), identity.attributes())) {
                    throw new AssertionError("an identity that nothing could match");
                }
            } catch (DcapException e) {
                FuzzSupport.requireCategory(e, DcapCode.Category.COLLATERAL);
            }
        }
    }
}
