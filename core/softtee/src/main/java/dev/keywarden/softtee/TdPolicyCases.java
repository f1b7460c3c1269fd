package dev.keywarden.softtee;

import static dev.keywarden.dcap.DcapCode.ENCLAVE_DEBUG_ENABLED;
import static dev.keywarden.dcap.DcapCode.TD_ATTRIBUTES_NOT_ALLOWED;
import static dev.keywarden.dcap.DcapCode.TD_DEBUG_ENABLED;
import static dev.keywarden.dcap.DcapCode.TD_SEPT_VE_DISABLE_REQUIRED;
import static dev.keywarden.dcap.DcapCode.TD_SERVICE_TD_NOT_ALLOWED;
import static dev.keywarden.dcap.DcapCode.TD_XFAM_INVALID;
import static dev.keywarden.dcap.DcapObject.QUOTE;
import static dev.keywarden.dcap.DcapObject.TD;

import dev.keywarden.dcap.ByteView;
import dev.keywarden.dcap.TdPolicy;
import java.util.HexFormat;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** TDX fact sheet, section 6.8: how a TD is set up. Bits are those of section 2.9. */
final class TdPolicyCases {
    private static final int TDATTRIBUTES = 120;
    private static final int XFAM = 128;
    private static final int MRSERVICETD = 600;
    private static final int ENCLAVE_ATTRIBUTES = 48;

    private static final int SEPT_VE_DISABLE = 28;
    private static final int MIGRATABLE = 29;
    private static final int PKS = 30;
    private static final int KL = 31;
    private static final int APX = 19;
    private static final int[] NAMED = {16, 17, 27, KL, 62, 63};
    private static final long XFAM_PERMITTED = 0x0006_dbe7L;

    private TdPolicyCases() {}

    static void addTo(ConformanceCases list) {
        attributes(list);
        settings(list);
        xfam(list);
        xfamPairs(list);
        serviceTds(list);
        enclaves(list);
    }

    private static void attributes(ConformanceCases list) {
        list.refuse(199, "td-debug", TD_DEBUG_ENABLED, TD, flip(TDATTRIBUTES, 0));
        IntStream.rangeClosed(1, 7).forEach(bit -> attribute(list, 200, "td-tud-" + bit, bit));
        IntStream.rangeClosed(8, 61)
                .filter(bit -> bit < 16 || (bit > 17 && bit < 27) || bit > KL)
                .forEach(bit -> attribute(list, 201, "td-reserved-" + bit, bit));
        attribute(list, 202, "td-bit-39", 39);
        attribute(list, 203, "td-migratable", MIGRATABLE);
        for (int bit : NAMED) {
            attribute(list, 204, "td-named-" + bit, bit);
        }
        list.refuse(207, "td-sept-ve", TD_SEPT_VE_DISABLE_REQUIRED, TD, flip(TDATTRIBUTES, SEPT_VE_DISABLE));
    }

    private static void attribute(ConformanceCases list, int row, String name, int bit) {
        list.refuse(row, name, TD_ATTRIBUTES_NOT_ALLOWED, TD, flip(TDATTRIBUTES, bit));
    }

    private static void settings(ConformanceCases list) {
        for (int bit : NAMED) {
            list.accept(204, "td-named-" + bit + "-allowed", e -> {
                e.policy(policy -> policy.with(permitting(1L << bit)));
                flip(TDATTRIBUTES, bit).accept(e);
            });
        }
        list.accept(205, "td-kl-dcap", e -> {
            e.policy(policy -> policy.with(TdPolicy.DCAP));
            flip(TDATTRIBUTES, KL).accept(e);
        });
        list.accept(206, "td-pks", flip(TDATTRIBUTES, PKS));
    }

    private static void xfam(ConformanceCases list) {
        for (int bit : new int[] {0, 1}) {
            list.refuse(208, "xfam-fixed-one-" + bit, TD_XFAM_INVALID, TD, flip(XFAM, bit));
        }
        IntStream.range(0, Long.SIZE)
                .filter(bit -> (XFAM_PERMITTED & 1L << bit) == 0)
                .forEach(bit -> list.refuse(209, "xfam-reserved-" + bit, TD_XFAM_INVALID, TD, flip(XFAM, bit)));
        list.accept(209, "xfam-mask-extended", e -> {
            e.policy(policy -> policy.with(
                    new TdPolicy(TdPolicy.STRICT.permittedAttributes(), true, XFAM_PERMITTED | 1L << APX, Set.of())));
            flip(XFAM, APX).accept(e);
        });
    }

    private static void xfamPairs(ConformanceCases list) {
        for (int bit : new int[] {5, 6, 7}) {
            list.refuse(210, "xfam-pairs-avx512-" + bit, TD_XFAM_INVALID, TD, flip(XFAM, bit));
        }
        list.refuse(210, "xfam-avx512-without-avx", TD_XFAM_INVALID, TD, flip(XFAM, 2));
        for (int bit : new int[] {11, 12}) {
            list.refuse(210, "xfam-pairs-cet-" + bit, TD_XFAM_INVALID, TD, flip(XFAM, bit));
        }
        for (int bit : new int[] {17, 18}) {
            list.refuse(210, "xfam-pairs-amx-" + bit, TD_XFAM_INVALID, TD, flip(XFAM, bit));
        }
        list.accept(210, "xfam-pairs-cet-both", flip(XFAM, 11).andThen(flip(XFAM, 12)));
    }

    private static void serviceTds(ConformanceCases list) {
        Consumer<ForgedEvidence> bound =
                e -> e.quote().versionFive(3).body(Splice.put(584, 6, 1, 3)).body(Splice.put(MRSERVICETD, 1));
        list.refuse(211, "service-td", TD_SERVICE_TD_NOT_ALLOWED, TD, bound);
        list.accept(211, "service-td-listed", e -> {
            byte[] listed = HexFormat.of().parseHex("01" + "00".repeat(47));
            e.policy(policy -> policy.with(new TdPolicy(
                    TdPolicy.STRICT.permittedAttributes(), true, XFAM_PERMITTED, Set.of(ByteView.copyOf(listed)))));
            bound.accept(e);
        });
    }

    private static void enclaves(ConformanceCases list) {
        list.accept(212, "sgx", TdPolicyCases::enclave);
        list.refuse(212, "sgx-debug", ENCLAVE_DEBUG_ENABLED, QUOTE, e -> {
            enclave(e);
            e.quote().body(Splice.put(ENCLAVE_ATTRIBUTES, 7));
        });
    }

    private static void enclave(ForgedEvidence evidence) {
        evidence.policy(policy -> policy.with(policy.limits().withSgx()))
                .collateral()
                .sgx();
        evidence.quote().versionThree();
    }

    private static Consumer<ForgedEvidence> flip(int offset, int bit) {
        return e -> e.quote().body(Splice.flipBit(offset, bit));
    }

    private static TdPolicy permitting(long bits) {
        return new TdPolicy(TdPolicy.STRICT.permittedAttributes() | bits, true, XFAM_PERMITTED, Set.of());
    }
}
