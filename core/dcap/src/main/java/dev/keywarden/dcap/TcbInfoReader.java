package dev.keywarden.dcap;

import dev.keywarden.dcap.StrictJson.MalformedJsonException;
import dev.keywarden.dcap.TcbInfo.ModuleIdentity;
import dev.keywarden.dcap.TcbInfo.TdxModule;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Reads TCB info and QE identity, whose signatures were verified before, by the schema of the TDX fact sheet, section 2.6. */
final class TcbInfoReader {
    private static final int TCB_INFO_VERSION = 3;
    private static final int QE_IDENTITY_VERSION = 2;
    private static final int MAX_LEVELS = 1000;
    private static final int MAX_MODULE_IDENTITIES = 256;
    private static final int MAX_ADVISORIES = 100;
    private static final long MAX_UNSIGNED_INT = 0xffff_ffffL;
    private static final int MAX_UNSIGNED_SHORT = 0xffff;
    private static final int MAX_BYTE = 0xff;

    private TcbInfoReader() {}

    /**
     * Reads TCB info.
     *
     * @param teeType what it must be about
     * @throws DcapException with {@link DcapCode#TCB_INFO_MALFORMED} or {@link DcapCode#TCB_INFO_UNSUPPORTED}
     */
    static TcbInfo tcbInfo(ByteView text, TeeType teeType) {
        try {
            JsonObject json = StrictJson.parse(text, Collateral.MAX_OBJECT_BYTES);
            requireKind(json, TCB_INFO_VERSION, teeType.name(), DcapCode.TCB_INFO_UNSUPPORTED, DcapObject.TCB_INFO);
            if (json.integer("tcbType", MAX_UNSIGNED_INT) != 0) {
                throw new DcapException(DcapCode.TCB_INFO_UNSUPPORTED, DcapObject.TCB_INFO, "only tcbType 0 is known");
            }
            return new TcbInfo(
                    teeType,
                    json.time("issueDate"),
                    requireLater(json),
                    json.hex("fmspc", 6),
                    json.hex("pceId", 2),
                    json.integer("tcbEvaluationDataNumber", MAX_UNSIGNED_INT),
                    module(json, teeType),
                    moduleIdentities(json, teeType),
                    tcbLevels(json, teeType));
        } catch (MalformedJsonException e) {
            throw new DcapException(DcapCode.TCB_INFO_MALFORMED, DcapObject.TCB_INFO, e.getMessage());
        }
    }

    /**
     * Reads an identity.
     *
     * @param teeType whose quoting enclave it must be about
     * @throws DcapException with {@link DcapCode#QE_IDENTITY_MALFORMED} or {@link DcapCode#QE_IDENTITY_UNSUPPORTED}
     */
    static QeIdentity qeIdentity(ByteView text, TeeType teeType) {
        try {
            JsonObject json = StrictJson.parse(text, Collateral.MAX_OBJECT_BYTES);
            String id = teeType == TeeType.TDX ? "TD_QE" : "QE";
            requireKind(json, QE_IDENTITY_VERSION, id, DcapCode.QE_IDENTITY_UNSUPPORTED, DcapObject.QE_IDENTITY);
            return new QeIdentity(
                    teeType,
                    json.time("issueDate"),
                    requireLater(json),
                    json.integer("tcbEvaluationDataNumber", MAX_UNSIGNED_INT),
                    masked(json, "miscselect", 4),
                    json.hex("miscselectMask", 4),
                    masked(json, "attributes", 16),
                    json.hex("attributesMask", 16),
                    json.hex("mrsigner", 32),
                    (int) json.integer("isvprodid", MAX_UNSIGNED_SHORT),
                    isvLevels(json, MAX_UNSIGNED_SHORT));
        } catch (MalformedJsonException e) {
            throw new DcapException(DcapCode.QE_IDENTITY_MALFORMED, DcapObject.QE_IDENTITY, e.getMessage());
        }
    }

    /** Version and id come first: of an object of another kind the rest may look like anything. */
    private static void requireKind(JsonObject json, int version, String id, DcapCode code, DcapObject object)
            throws MalformedJsonException {
        String foundId = json.text("id");
        long found = json.integer("version", MAX_UNSIGNED_INT);
        if (found != version) {
            throw new DcapException(code, object, "version %d; only %d is known".formatted(found, version));
        }
        if (!foundId.equals(id)) {
            throw new DcapException(
                    code, object, "id \"%s\"; must be \"%s\" here".formatted(DcapException.clip(foundId), id));
        }
    }

    private static Instant requireLater(JsonObject json) throws MalformedJsonException {
        Instant end = json.time("nextUpdate");
        if (!json.time("issueDate").isBefore(end)) {
            throw new MalformedJsonException("nextUpdate must be after issueDate");
        }
        return end;
    }

    private static ByteView masked(JsonObject json, String name, int bytes) throws MalformedJsonException {
        ByteView value = json.hex(name, bytes);
        if (QeIdentity.hasBitsOutside(json.hex(name + "Mask", bytes), value)) {
            throw new MalformedJsonException("\"" + name + "\" has bits outside its mask, so nothing could match it");
        }
        return value;
    }

    private static Optional<TdxModule> module(JsonObject json, TeeType teeType) throws MalformedJsonException {
        if (teeType == TeeType.TDX) {
            return Optional.of(moduleOf(json.object("tdxModule")));
        }
        if (json.has("tdxModule") || json.has("tdxModuleIdentities")) {
            throw new MalformedJsonException("TCB info about SGX with a TDX module");
        }
        return Optional.empty();
    }

    private static TdxModule moduleOf(JsonObject json) throws MalformedJsonException {
        return new TdxModule(json.hex("mrsigner", 48), json.hex("attributes", 8), json.hex("attributesMask", 8));
    }

    private static List<ModuleIdentity> moduleIdentities(JsonObject json, TeeType teeType)
            throws MalformedJsonException {
        if (teeType == TeeType.SGX || !json.has("tdxModuleIdentities")) {
            return List.of();
        }
        List<ModuleIdentity> identities = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        for (JsonObject identity : json.objects("tdxModuleIdentities", MAX_MODULE_IDENTITIES)) {
            String id = identity.text("id");
            if (!id.matches("(?i)TDX_[0-9a-f]{2}") || !ids.add(id.toLowerCase(Locale.ROOT))) {
                throw new MalformedJsonException("a module identity whose id is not TDX_ and two hex digits, or twice");
            }
            identities.add(new ModuleIdentity(id, moduleOf(identity), isvLevels(identity, MAX_BYTE)));
        }
        return identities;
    }

    private static List<TcbLevel> tcbLevels(JsonObject json, TeeType teeType) throws MalformedJsonException {
        List<TcbLevel> levels = new ArrayList<>();
        for (JsonObject level : json.objects("tcbLevels", MAX_LEVELS)) {
            levels.add(tcbLevel(level, teeType));
        }
        sortUnique(levels, TcbLevel.BEST_FIRST);
        return levels;
    }

    private static TcbLevel tcbLevel(JsonObject level, TeeType teeType) throws MalformedJsonException {
        JsonObject tcb = level.object("tcb");
        List<JsonObject> sgx = components(tcb, "sgxtcbcomponents");
        List<JsonObject> tdx = teeType == TeeType.TDX ? components(tcb, "tdxtcbcomponents") : List.of();
        return new TcbLevel(
                svns(sgx),
                (int) tcb.integer("pcesvn", MAX_UNSIGNED_SHORT),
                svns(tdx),
                names(sgx),
                names(tdx),
                level.time("tcbDate"),
                level.text("tcbStatus"),
                level.optionalTexts("advisoryIDs", MAX_ADVISORIES));
    }

    private static List<JsonObject> components(JsonObject tcb, String name) throws MalformedJsonException {
        List<JsonObject> components = tcb.objects(name, TcbLevel.COMPONENTS);
        if (components.size() != TcbLevel.COMPONENTS) {
            throw new MalformedJsonException(
                    "%d components in \"%s\"; must be %d".formatted(components.size(), name, TcbLevel.COMPONENTS));
        }
        return components;
    }

    private static ByteView svns(List<JsonObject> components) throws MalformedJsonException {
        byte[] svns = new byte[components.size()];
        for (int i = 0; i < svns.length; i++) {
            svns[i] = (byte) components.get(i).integer("svn", MAX_BYTE);
        }
        return ByteView.wrap(svns);
    }

    private static List<String> names(List<JsonObject> components) throws MalformedJsonException {
        List<String> names = new ArrayList<>(components.size());
        for (JsonObject component : components) {
            String category = component.optionalText("category").orElse("");
            String type = component.optionalText("type").orElse("");
            names.add(type.isEmpty() ? category : category.isEmpty() ? type : category + ", " + type);
        }
        return names;
    }

    private static List<IsvLevel> isvLevels(JsonObject json, int maxSvn) throws MalformedJsonException {
        List<IsvLevel> levels = new ArrayList<>();
        for (JsonObject level : json.objects("tcbLevels", MAX_LEVELS)) {
            levels.add(new IsvLevel(
                    (int) level.object("tcb").integer("isvsvn", maxSvn),
                    level.time("tcbDate"),
                    level.text("tcbStatus"),
                    level.optionalTexts("advisoryIDs", MAX_ADVISORIES)));
        }
        sortUnique(levels, IsvLevel.BEST_FIRST);
        return levels;
    }

    /** Sorts, because the order of the file decides nothing; two levels with the same SVNs would let it. */
    private static <L> void sortUnique(List<L> levels, Comparator<L> order) throws MalformedJsonException {
        levels.sort(order);
        for (int i = 1; i < levels.size(); i++) {
            if (order.compare(levels.get(i - 1), levels.get(i)) == 0) {
                throw new MalformedJsonException("two levels with the same SVNs");
            }
        }
    }
}
