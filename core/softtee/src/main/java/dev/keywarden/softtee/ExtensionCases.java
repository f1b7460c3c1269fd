package dev.keywarden.softtee;

import static dev.keywarden.dcap.DcapCode.CERT_PROFILE_INVALID;
import static dev.keywarden.dcap.DcapCode.PCK_EXTENSION_INVALID;
import static dev.keywarden.dcap.DcapObject.PCK_LEAF;

import dev.keywarden.dcap.PckCa;
import java.util.HexFormat;
import java.util.Map;

/** TDX fact sheet, section 6.3: the SGX extension of the PCK certificate. Numbers are the arcs of section 3. */
final class ExtensionCases {
    private static final int PPID_BYTES = 16;
    private static final int FMSPC_BYTES = 6;
    private static final int PCEID_BYTES = 2;

    private ExtensionCases() {}

    static void addTo(ConformanceCases list) {
        presence(list);
        otherAuthorities(list);
        entries(list);
        lengths(list);
        values(list);
        types(list);
    }

    private static void presence(ConformanceCases list) {
        list.refuse(
                73,
                "ext-missing",
                PCK_EXTENSION_INVALID,
                PCK_LEAF,
                e -> e.leaf(leaf -> leaf.withoutExtension(SgxExtensionForge.OID)));
        list.refuse(
                74,
                "ext-twice",
                CERT_PROFILE_INVALID,
                PCK_LEAF,
                e -> e.leaf(leaf -> leaf.extension(
                        SgxExtensionForge.OID, false, e.pki().sgxExtension("").encode())));
        list.refuse(
                83,
                "ext-trailing",
                PCK_EXTENSION_INVALID,
                PCK_LEAF,
                e -> e.rawExtension(Splice.append(new byte[] {0})
                        .apply(e.pki().sgxExtension("").encode())));
    }

    private static void otherAuthorities(ConformanceCases list) {
        list.refuse(
                76,
                "ext-platform-five",
                PCK_EXTENSION_INVALID,
                PCK_LEAF,
                e -> e.extension(SgxExtensionForge::withoutPlatformEntries));
        list.refuse(
                76,
                "ext-processor-seven",
                PCK_EXTENSION_INVALID,
                PCK_LEAF,
                e -> e.chain(
                        e.pki()
                                .leaf(PckCa.PROCESSOR, "")
                                .replaceExtension(
                                        SgxExtensionForge.OID,
                                        false,
                                        e.pki().sgxExtension("").encode())
                                .encode(e.pki().authorityKey(PckCa.PROCESSOR)),
                        e.pki().authority(PckCa.PROCESSOR).encode(e.pki().rootKey()),
                        e.root()));
    }

    private static void entries(ConformanceCases list) {
        for (String arcs : new String[] {"1", "2", "3", "4", "5"}) {
            list.refuse(
                    75,
                    "ext-missing-" + arcs,
                    PCK_EXTENSION_INVALID,
                    PCK_LEAF,
                    e -> e.extension(extension -> extension.without(arcs)));
        }
        for (String arcs : new String[] {"2.1", "2.16", "2.17", "2.18"}) {
            list.refuse(
                    78,
                    "ext-tcb-17-without-" + arcs,
                    PCK_EXTENSION_INVALID,
                    PCK_LEAF,
                    e -> e.extension(extension -> extension.without(arcs)));
        }
        list.refuse(
                78,
                "ext-tcb-19",
                PCK_EXTENSION_INVALID,
                PCK_LEAF,
                e -> e.extension(
                        extension -> extension.entry("2.19", HexFormat.of().parseHex("020101"))));
        list.refuse(
                78,
                "ext-tcb-oid-twice",
                PCK_EXTENSION_INVALID,
                PCK_LEAF,
                e -> e.rawExtension(
                        withSecondComponentNamedFirst(e.pki().sgxExtension("").encode())));
    }

    private static void lengths(ConformanceCases list) {
        Map<String, int[]> wrong = Map.of(
                "1", new int[] {PPID_BYTES - 1, PPID_BYTES + 1},
                "4", new int[] {FMSPC_BYTES - 1, FMSPC_BYTES + 1},
                "3", new int[] {PCEID_BYTES - 1, PCEID_BYTES + 1},
                "2.18", new int[] {15, 17});
        wrong.forEach((arcs, lengths) -> {
            for (int length : lengths) {
                list.refuse(
                        77,
                        "ext-length-" + arcs + '-' + length,
                        PCK_EXTENSION_INVALID,
                        PCK_LEAF,
                        e -> e.extension(extension -> extension.entry(arcs, octets(length))));
            }
        });
    }

    private static void values(ConformanceCases list) {
        Map<String, String> ranges = Map.of(
                "component--1", "2.5=0201ff",
                "component-256", "2.5=02020100",
                "pcesvn--1", "2.17=0201ff",
                "pcesvn-65536", "2.17=0203010000");
        ranges.forEach((name, change) -> list.refuse(
                79,
                "ext-svn-range-" + name,
                PCK_EXTENSION_INVALID,
                PCK_LEAF,
                e -> e.extension(extension -> apply(extension, change))));
    }

    private static void types(ConformanceCases list) {
        Map<String, String> types = Map.of(
                "fmspc-text", "4=0c06666666666666",
                "svn-octets", "2.5=040104",
                "sgx-type-3", "5=0a0103");
        types.forEach((name, change) -> list.refuse(
                80,
                "ext-types-" + name,
                PCK_EXTENSION_INVALID,
                PCK_LEAF,
                e -> e.extension(extension -> apply(extension, change))));
        list.refuse(
                81,
                "ext-cpusvn-differs",
                PCK_EXTENSION_INVALID,
                PCK_LEAF,
                e -> e.extension(extension -> extension.entry("2.18", octets(16))));
        list.accept(
                82,
                "ext-svn-255",
                e -> e.extension(extension -> {
                    byte[] components = SoftwarePki.cpuSvn();
                    components[4] = (byte) 0xff;
                    apply(extension, "2.5=020200ff");
                    apply(extension, "2.17=0203009c40");
                    apply(extension, "2.18=0410" + HexFormat.of().formatHex(components));
                }));
    }

    private static void apply(SgxExtensionForge extension, String change) {
        int sign = change.indexOf('=');
        extension.entry(change.substring(0, sign), HexFormat.of().parseHex(change.substring(sign + 1)));
    }

    private static byte[] octets(int length) {
        byte[] der = new byte[2 + length];
        der[0] = 4;
        der[1] = (byte) length;
        return der;
    }

    /** Names component 2 component 1. */
    private static byte[] withSecondComponentNamedFirst(byte[] extension) {
        String hex = HexFormat.of().formatHex(extension);
        String prefix = "060b2a864886f84d010d010202";
        if (!hex.contains(prefix)) {
            throw new IllegalStateException("component 2 is not where it should be");
        }
        return HexFormat.of().parseHex(hex.replace(prefix, prefix.substring(0, prefix.length() - 1) + '1'));
    }
}
