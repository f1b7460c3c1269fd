package dev.keywarden.dcap;

import dev.keywarden.softtee.FuzzSupport;

/** Fuzz target: the value of the SGX extension, as it stands in leaves of both authorities and of simulators. */
public final class SgxExtensionFuzz {
    private SgxExtensionFuzz() {}

    /** What the fuzzer calls. */
    public static void fuzzerTestOneInput(byte[] input) {
        ByteView value = ByteView.copyOf(input);
        read(value, SgxExtensionParser.COMMON_ENTRIES, SgxExtensionParser.COMMON_ENTRIES, false);
        read(value, SgxExtensionParser.PLATFORM_ENTRIES, SgxExtensionParser.PLATFORM_ENTRIES, false);
        read(value, SgxExtensionParser.COMMON_ENTRIES, SgxExtensionParser.PLATFORM_ENTRIES, true);
    }

    private static void read(ByteView value, int required, int allowed, boolean mayLackComponents) {
        SgxExtension extension;
        try {
            extension = SgxExtensionParser.parse(value, required, allowed, mayLackComponents);
        } catch (DcapException e) {
            FuzzSupport.requireCategory(e, DcapCode.Category.CERTIFICATE);
            return;
        }
        boolean sound = extension.ppid().length() == 16
                && extension.components().length() == 16
                && extension.components().equals(extension.cpuSvn())
                && extension.fmspc().length() == 6
                && extension.pceId().length() == 2;
        if (!sound) {
            throw new AssertionError("an extension with fields of another length: " + extension);
        }
    }
}
