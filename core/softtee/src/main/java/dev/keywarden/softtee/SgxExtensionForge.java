package dev.keywarden.softtee;

import java.util.Map;
import java.util.TreeMap;
import org.bouncycastle.asn1.ASN1Boolean;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Enumerated;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;

/**
 * Makes the SGX extension of PCK certificates (TDX fact sheet, section 3), entry by entry. Entries are named by the arcs
 * that the fact sheet writes after {@code E.}: {@code "1"} is the PPID, {@code "2.17"} the PCESVN.
 */
public final class SgxExtensionForge {
    /** OID of the extension, and prefix of those of its entries. */
    public static final String OID = "1.2.840.113741.1.13.1";

    /** Entries of a sequence inside the extension, by their last arc. */
    private static final int TCB = 2;

    private static final int CONFIGURATION = 7;

    private final Map<Integer, ASN1Encodable> entries = new TreeMap<>();
    private final Map<Integer, ASN1Encodable> tcb = new TreeMap<>();
    private final Map<Integer, ASN1Encodable> configuration = new TreeMap<>();

    /**
     * The seven entries of a platform under the Platform CA.
     *
     * @param ppid 16 bytes
     * @param instance platform instance id, 16 bytes
     * @param fmspc 6 bytes
     * @param components 16 SVNs of one byte, which become the CPUSVN too
     * @param pceSvn 0 to 65535
     */
    SgxExtensionForge(byte[] ppid, byte[] instance, byte[] fmspc, byte[] components, int pceSvn) {
        entries.put(1, new DEROctetString(ppid));
        for (int i = 0; i < components.length; i++) {
            tcb.put(i + 1, new ASN1Integer(Byte.toUnsignedInt(components[i])));
        }
        tcb.put(17, new ASN1Integer(pceSvn));
        tcb.put(18, new DEROctetString(components));
        entries.put(3, new DEROctetString(new byte[2]));
        entries.put(4, new DEROctetString(fmspc));
        entries.put(5, new ASN1Enumerated(1));
        entries.put(6, new DEROctetString(instance));
        configuration.put(1, ASN1Boolean.TRUE);
        configuration.put(2, ASN1Boolean.TRUE);
        configuration.put(3, ASN1Boolean.FALSE);
    }

    /** Puts one element of DER into an entry's place. */
    public SgxExtensionForge entry(String arcs, byte[] der) {
        Place place = place(arcs);
        place.entries.put(place.arc, Der.decode(der));
        return this;
    }

    /** Leaves an entry out; a sequence without entries is left out too. */
    public SgxExtensionForge without(String arcs) {
        Place place = place(arcs);
        if (place.arc == TCB && place.entries == entries) {
            tcb.clear();
        } else if (place.arc == CONFIGURATION && place.entries == entries) {
            configuration.clear();
        }
        place.entries.remove(place.arc);
        return this;
    }

    /** The five entries of a platform under the Processor CA. */
    public SgxExtensionForge withoutPlatformEntries() {
        return without("6").without("7");
    }

    /** The extension's value in DER. */
    public byte[] encode() {
        Map<Integer, ASN1Encodable> all = new TreeMap<>(entries);
        if (!tcb.isEmpty()) {
            all.put(TCB, sequence(OID + "." + TCB, tcb));
        }
        if (!configuration.isEmpty()) {
            all.put(CONFIGURATION, sequence(OID + "." + CONFIGURATION, configuration));
        }
        return Der.encode(sequence(OID, all));
    }

    private static DERSequence sequence(String parent, Map<Integer, ASN1Encodable> entries) {
        ASN1EncodableVector list = new ASN1EncodableVector(Math.max(1, entries.size()));
        entries.forEach((arc, value) -> {
            ASN1EncodableVector pair = new ASN1EncodableVector(2);
            pair.add(new ASN1ObjectIdentifier(parent + "." + arc));
            pair.add(value);
            list.add(new DERSequence(pair));
        });
        return new DERSequence(list);
    }

    private record Place(Map<Integer, ASN1Encodable> entries, int arc) {}

    private Place place(String arcs) {
        int dot = arcs.indexOf('.');
        if (dot < 0) {
            return new Place(entries, Integer.parseInt(arcs));
        }
        Map<Integer, ASN1Encodable> inner = Integer.parseInt(arcs.substring(0, dot)) == TCB ? tcb : configuration;
        return new Place(inner, Integer.parseInt(arcs.substring(dot + 1)));
    }
}
