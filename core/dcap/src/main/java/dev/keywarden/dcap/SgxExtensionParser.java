package dev.keywarden.dcap;

import dev.keywarden.dcap.Certificate.Oid;
import dev.keywarden.dcap.DerReader.MalformedDerException;
import org.jspecify.annotations.Nullable;

/** Reads the SGX extension of a PCK certificate: entries by OID, each at most once, none unknown. */
final class SgxExtensionParser {
    /** The entries of every PCK certificate, as bits 1 to 5. */
    static final int COMMON_ENTRIES = 0b11_1110;

    /** The entries of one under the Platform CA, as bits 1 to 7. */
    static final int PLATFORM_ENTRIES = 0b1111_1110;

    private static final int COMPONENTS = 16;
    private static final int PCE_SVN = 17;
    private static final int CPU_SVN = 18;
    private static final int ALL_TCB_ENTRIES = 0x7fffe;
    private static final int TCB_ENTRIES_WITHOUT_COMPONENTS = 1 << PCE_SVN | 1 << CPU_SVN;

    private final boolean mayLackComponents;

    private int present;
    private ByteView ppid = ByteView.wrap(new byte[0]);
    private ByteView pceId = ppid;
    private ByteView fmspc = ppid;
    private ByteView cpuSvn = ppid;
    private ByteView components = ppid;
    private int pceSvn;
    private int sgxType;
    private @Nullable ByteView platformInstanceId;
    private SgxExtension.@Nullable Configuration configuration;

    private SgxExtensionParser(boolean mayLackComponents) {
        this.mayLackComponents = mayLackComponents;
    }

    /**
     * Reads the extension's value.
     *
     * @param required the entries that must be there, as bits
     * @param allowed the entries that may be there, as bits
     * @param mayLackComponents whether the sixteen component entries may be missing together, as software platforms have
     *     it; the processor's SVN then stands for them
     */
    static SgxExtension parse(ByteView value, int required, int allowed, boolean mayLackComponents) {
        SgxExtensionParser parser = new SgxExtensionParser(mayLackComponents);
        try {
            DerReader outer = DerReader.of(value);
            DerReader entries = outer.sequence();
            outer.end();
            while (!entries.atEnd()) {
                parser.readEntry(entries.sequence());
            }
        } catch (MalformedDerException e) {
            throw invalid(e.getMessage());
        }
        if ((parser.present & required) != required || (parser.present & ~allowed) != 0) {
            throw invalid("entries %s are there, which are not those that this issuer writes"
                    .formatted(numbers(parser.present)));
        }
        return new SgxExtension(
                parser.ppid,
                parser.components,
                parser.pceSvn,
                parser.cpuSvn,
                parser.pceId,
                parser.fmspc,
                parser.sgxType,
                parser.platformInstanceId,
                parser.configuration);
    }

    private void readEntry(DerReader entry) throws MalformedDerException {
        int number = number(entry.objectIdentifier(), Certificate.SGX);
        switch (number) {
            case 1 -> ppid = octets(entry, 16, "PPID");
            case 2 -> readTcb(entry.sequence());
            case 3 -> pceId = octets(entry, 2, "PCEID");
            case 4 -> fmspc = octets(entry, 6, "FMSPC");
            case 5 -> sgxType = entry.enumeratedUpTo(2);
            case 6 -> platformInstanceId = octets(entry, 16, "platform instance id");
            case 7 -> configuration = readConfiguration(entry.sequence());
            default -> throw new MalformedDerException("an unknown entry");
        }
        entry.end();
        present = markOnce(present, number);
    }

    private void readTcb(DerReader tcb) throws MalformedDerException {
        Oid tcbOid = child(Certificate.SGX, 2);
        byte[] svns = new byte[COMPONENTS];
        int seen = 0;
        while (!tcb.atEnd()) {
            DerReader entry = tcb.sequence();
            int number = number(entry.objectIdentifier(), tcbOid);
            if (number >= 1 && number <= COMPONENTS) {
                svns[number - 1] = (byte) entry.integerUpTo(0xff);
            } else if (number == PCE_SVN) {
                pceSvn = entry.integerUpTo(0xffff);
            } else if (number == CPU_SVN) {
                cpuSvn = octets(entry, 16, "CPUSVN");
            } else {
                throw new MalformedDerException("an unknown TCB entry");
            }
            entry.end();
            seen = markOnce(seen, number);
        }
        if (seen == TCB_ENTRIES_WITHOUT_COMPONENTS && mayLackComponents) {
            components = cpuSvn;
            return;
        }
        if (seen != ALL_TCB_ENTRIES) {
            throw new MalformedDerException("TCB entries missing");
        }
        components = ByteView.wrap(svns);
        if (!components.equals(cpuSvn)) {
            throw new MalformedDerException("TCB components that differ from CPUSVN");
        }
    }

    private static SgxExtension.Configuration readConfiguration(DerReader entries) throws MalformedDerException {
        Oid parent = child(Certificate.SGX, 7);
        boolean[] flags = new boolean[4];
        int seen = 0;
        while (!entries.atEnd()) {
            DerReader entry = entries.sequence();
            int number = number(entry.objectIdentifier(), parent);
            if (number < 1 || number > 3) {
                throw new MalformedDerException("an unknown configuration entry");
            }
            flags[number] = entry.booleanValue();
            entry.end();
            seen = markOnce(seen, number);
        }
        if (seen != 0b1110) {
            throw new MalformedDerException("configuration entries missing");
        }
        return new SgxExtension.Configuration(flags[1], flags[2], flags[3]);
    }

    private static ByteView octets(DerReader entry, int length, String what) throws MalformedDerException {
        ByteView octets = entry.octetString();
        if (octets.length() != length) {
            throw new MalformedDerException("%s of %d bytes, not %d".formatted(what, octets.length(), length));
        }
        return octets;
    }

    private static int markOnce(int seen, int number) throws MalformedDerException {
        if ((seen & 1 << number) != 0) {
            throw new MalformedDerException("entry " + number + " twice");
        }
        return seen | 1 << number;
    }

    /** The last arc of an identifier directly under another, 1 to 127; 0 if it is not directly under it. */
    private static int number(ByteView oid, Oid parent) {
        int prefix = parent.octets().length();
        boolean under = oid.length() == prefix + 1 && oid.slice(0, prefix).equals(parent.octets());
        return under ? oid.unsignedAt(prefix) : 0;
    }

    private static Oid child(Oid parent, int arc) {
        byte[] octets = new byte[parent.octets().length() + 1];
        parent.octets().copyTo(octets, 0);
        octets[octets.length - 1] = (byte) arc;
        return new Oid(ByteView.wrap(octets));
    }

    private static String numbers(int bits) {
        StringBuilder list = new StringBuilder();
        for (int number = 1; number <= 7; number++) {
            if ((bits & 1 << number) != 0) {
                list.append(list.isEmpty() ? "" : ", ").append(number);
            }
        }
        return list.isEmpty() ? "none" : list.toString();
    }

    private static DcapException invalid(String detail) {
        return new DcapException(DcapCode.PCK_EXTENSION_INVALID, DcapObject.PCK_LEAF, "SGX extension: " + detail);
    }
}
