package dev.keywarden.dcap;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Intel's TCB info of version 3 for one kind of platform (TDX fact sheet, section 2.6), signed and read.
 *
 * @param teeType whether it is about SGX or TDX
 * @param issueDate when it was made
 * @param nextUpdate the instant from which on it says nothing any more
 * @param fmspc 6 bytes, names the kind of platform
 * @param pceId 2 bytes
 * @param evaluationNumber {@code tcbEvaluationDataNumber}: which of Intel's assessments this is
 * @param module what the TDX module of major version 0 must be; empty for SGX
 * @param moduleIdentities what TDX modules of later versions must be; may be empty
 * @param levels best first: by the SGX components, then PCESVN, then the TDX components
 */
public record TcbInfo(
        TeeType teeType,
        Instant issueDate,
        Instant nextUpdate,
        ByteView fmspc,
        ByteView pceId,
        long evaluationNumber,
        Optional<TdxModule> module,
        List<ModuleIdentity> moduleIdentities,
        List<TcbLevel> levels) {

    public TcbInfo {
        moduleIdentities = List.copyOf(moduleIdentities);
        levels = List.copyOf(levels);
    }

    /**
     * Who a TDX module must be.
     *
     * @param signer MRSIGNERSEAM, 48 bytes
     * @param attributes SEAMATTRIBUTES, 8 bytes
     * @param attributesMask 8 bytes; all ones in practice, and not used: the attributes must be equal in whole
     */
    public record TdxModule(ByteView signer, ByteView attributes, ByteView attributesMask) {}

    /**
     * A TDX module of one major version.
     *
     * @param id {@code TDX_} and the version in two hex digits
     * @param levels best first, by {@code isvsvn}, which is the module's minor version
     */
    public record ModuleIdentity(String id, TdxModule module, List<IsvLevel> levels) {
        public ModuleIdentity {
            levels = List.copyOf(levels);
        }
    }

    /** The identity of a TDX module of this major version, 1 to 255. */
    Optional<ModuleIdentity> moduleIdentity(int version) {
        String id = "TDX_%02x".formatted(version);
        return moduleIdentities.stream()
                .filter(identity -> identity.id().toLowerCase(Locale.ROOT).equals(id.toLowerCase(Locale.ROOT)))
                .findFirst();
    }
}
