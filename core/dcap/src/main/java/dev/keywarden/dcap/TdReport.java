package dev.keywarden.dcap;

import java.util.Map;
import java.util.Optional;

/** The report of a trust domain (TDX fact sheet, section 1.2). Offsets below are those inside the body. */
public final class TdReport implements ReportBody {
    /** The layouts, each the one before with more at its end. */
    public enum Layout {
        /** TD report 1.0: body type 2, and the only one of version 4. */
        TD_1_0(2, 584),
        /** TD report 1.5: a second TCB SVN and the service TDs. */
        TD_1_5(3, 648),
        /** TD report 1.5 with the fields of migration. */
        TD_1_5_EXTENDED(4, 885);

        private final int bodyType;
        private final int bytes;

        Layout(int bodyType, int bytes) {
            this.bodyType = bodyType;
            this.bytes = bytes;
        }

        /** The type number in a version 5 quote. */
        public int bodyType() {
            return bodyType;
        }

        /** Length in bytes. */
        public int bytes() {
            return bytes;
        }

        static Optional<Layout> ofBodyType(int type) {
            for (Layout layout : values()) {
                if (layout.bodyType == type) {
                    return Optional.of(layout);
                }
            }
            return Optional.empty();
        }
    }

    private final Layout layout;
    private final ByteView bytes;

    TdReport(Layout layout, ByteView bytes) {
        if (bytes.length() != layout.bytes()) {
            throw new IllegalArgumentException(layout + " has " + layout.bytes() + " bytes, not " + bytes.length());
        }
        this.layout = layout;
        this.bytes = bytes;
    }

    /** Which layout it has. */
    public Layout layout() {
        return layout;
    }

    /** The whole report as signed. */
    public ByteView bytes() {
        return bytes;
    }

    /** SVNs of the TDX TCB when the TD was launched, 16 bytes: module minor, module major, microcode, then the rest. */
    public ByteView teeTcbSvn() {
        return bytes.slice(0, 16);
    }

    /** SHA-384 of the TDX module. */
    public ByteView mrSeam() {
        return bytes.slice(16, 48);
    }

    /** Signer of the TDX module, 48 bytes; all zero for Intel's. */
    public ByteView mrSignerSeam() {
        return bytes.slice(64, 48);
    }

    /** Attributes of the TDX module, 8 bytes; all zero for production modules. */
    public ByteView seamAttributes() {
        return bytes.slice(112, 8);
    }

    /** TDATTRIBUTES as 64 bits, see {@link TdPolicy}. */
    public long tdAttributes() {
        return bytes.bitsAt(120);
    }

    /** XFAM as 64 bits, see {@link TdPolicy}. */
    public long xfam() {
        return bytes.bitsAt(128);
    }

    /** Measurement of the TD's initial contents, 48 bytes. */
    public ByteView mrTd() {
        return bytes.slice(136, 48);
    }

    /** Set by the owner, 48 bytes. */
    public ByteView mrConfigId() {
        return bytes.slice(184, 48);
    }

    /** Set by the owner, 48 bytes. */
    public ByteView mrOwner() {
        return bytes.slice(232, 48);
    }

    /** Set by the owner, 48 bytes. */
    public ByteView mrOwnerConfig() {
        return bytes.slice(280, 48);
    }

    /**
     * A run-time measurement register, 48 bytes.
     *
     * @param index 0 to 3
     */
    public ByteView rtmr(int index) {
        if (index < 0 || index > 3) {
            throw new IndexOutOfBoundsException("there are RTMR 0 to 3, not " + index);
        }
        return bytes.slice(328 + 48 * index, 48);
    }

    @Override
    public ByteView reportData() {
        return bytes.slice(520, 64);
    }

    /** SVNs of the TDX module that runs now, 16 bytes; from layout 1.5 on. */
    public Optional<ByteView> teeTcbSvn2() {
        return layout == Layout.TD_1_0 ? Optional.empty() : Optional.of(bytes.slice(584, 16));
    }

    /** Hash over the bound service TDs, 48 bytes, all zero if there is none; from layout 1.5 on. */
    public Optional<ByteView> mrServiceTd() {
        return layout == Layout.TD_1_0 ? Optional.empty() : Optional.of(bytes.slice(600, 48));
    }

    /** The registers by the names that the protocol gives them: {@code mrtd}, {@code rtmr0} and so on, 48 bytes each. */
    public Map<String, ByteView> registers() {
        return Map.of(
                "mrtd", mrTd(),
                "rtmr0", rtmr(0),
                "rtmr1", rtmr(1),
                "rtmr2", rtmr(2),
                "rtmr3", rtmr(3),
                "mrconfigid", mrConfigId(),
                "mrowner", mrOwner(),
                "mrownerconfig", mrOwnerConfig());
    }
}
