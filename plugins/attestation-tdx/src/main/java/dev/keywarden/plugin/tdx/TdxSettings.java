package dev.keywarden.plugin.tdx;

import dev.keywarden.dcap.ByteView;
import dev.keywarden.dcap.QuoteLimits;
import dev.keywarden.dcap.TdPolicy;
import dev.keywarden.dcap.VerificationPolicy;
import dev.keywarden.plugin.tdx.attester.AttesterTable;
import dev.keywarden.spi.Bytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * {@code [core.attestation.tdx]}.
 *
 * @param insecureAllowExternalTrustAnchors must be true where {@code roots} names any; false by default
 * @param roots PEM files of roots that are trusted in place of Intel's; none by default
 * @param matchRootByKey whether an older issue of Intel's root, with the same name and key, is taken; no by default
 * @param minimumTcbEvaluation lowest {@code tcbEvaluationDataNumber} that is accepted; 0 by default
 * @param requireEqualEvaluation whether TCB info and QE identity must have the same number; no by default
 * @param td how a TD must be set up
 * @param collateral where collateral comes from
 * @param attester where evidence of this machine comes from
 */
record TdxSettings(
        @Nullable Boolean insecureAllowExternalTrustAnchors,
        @Nullable List<Path> roots,
        @Nullable Boolean matchRootByKey,
        @Nullable Long minimumTcbEvaluation,
        @Nullable Boolean requireEqualEvaluation,
        @Nullable Td td,
        @Nullable CollateralTable collateral,
        @Nullable AttesterTable attester) {
    static final TdxSettings DEFAULT = new TdxSettings(null, null, null, null, null, null, null, null);

    TdxSettings {
        roots = roots == null ? null : List.copyOf(roots);
        if (roots != null && !roots.isEmpty() && !Boolean.TRUE.equals(insecureAllowExternalTrustAnchors)) {
            throw new IllegalArgumentException(
                    "roots takes the place of Intel's root, so evidence under it proves nothing about any hardware. Set"
                            + " core.attestation.insecure_allow_external_trust_anchors = true to want that");
        }
        if (minimumTcbEvaluation != null && minimumTcbEvaluation < 0) {
            throw new IllegalArgumentException("minimum_tcb_evaluation must be 0 or more, not " + minimumTcbEvaluation);
        }
    }

    /** The roots in place of Intel's, possibly none. */
    List<Path> externalRoots() {
        return roots == null ? List.of() : roots;
    }

    boolean rootMatchedByKey() {
        return Boolean.TRUE.equals(matchRootByKey);
    }

    CollateralTable services() {
        return collateral == null ? CollateralTable.DEFAULT : collateral;
    }

    AttesterTable evidence() {
        return attester == null ? AttesterTable.DEFAULT : attester;
    }

    VerificationPolicy policy() {
        // Simulators set up no TD in full, and what they sign proves nothing in any case.
        Profile usual = externalRoots().isEmpty() ? Profile.STRICT : Profile.DCAP;
        TdPolicy rules = (td == null ? Td.DEFAULT : td).toPolicy(usual);
        return new VerificationPolicy(
                QuoteLimits.DEFAULT,
                rules,
                minimumTcbEvaluation == null ? 0 : minimumTcbEvaluation,
                Boolean.TRUE.equals(requireEqualEvaluation));
    }

    /** The rules that {@link Td} starts from. */
    enum Profile {
        /** The strictest: what is not known to be harmless is refused. */
        STRICT,
        /** As the reference's quote library judges. */
        DCAP
    }

    /**
     * {@code [core.attestation.tdx.td]}: what a TD may be set up with (TDX fact sheet, section 2.9).
     *
     * @param profile what to start from; {@code strict} by default, {@code dcap} under roots other than Intel's
     * @param attributes numbers of further bits of TDATTRIBUTES that may be set; none by default
     * @param xfam further bits of XFAM that may be set, 8 bytes, the highest first; none by default
     * @param serviceTds values of MRSERVICETD that are accepted beside zero, 48 bytes each; none by default
     */
    record Td(
            @Nullable Profile profile,
            @Nullable List<Integer> attributes,
            @Nullable Bytes xfam,
            @Nullable List<Bytes> serviceTds) {
        static final Td DEFAULT = new Td(null, null, null, null);

        /** Debugging takes all secrecy from a TD, and the rest of its byte is about debugging too. */
        private static final int LAST_DEBUG_BIT = 7;

        Td {
            attributes = attributes == null ? null : List.copyOf(attributes);
            serviceTds = serviceTds == null ? null : List.copyOf(serviceTds);
            if (attributes != null && attributes.stream().anyMatch(bit -> bit <= LAST_DEBUG_BIT || bit > 63)) {
                throw new IllegalArgumentException("attributes must be numbers of bits from 8 to 63; those below mean"
                        + " that the TD can be debugged, and no setting allows that");
            }
            if (xfam != null && xfam.length() != Long.BYTES) {
                throw new IllegalArgumentException("xfam must be 16 hex digits");
            }
            if (serviceTds != null && serviceTds.stream().anyMatch(value -> value.length() != 48)) {
                throw new IllegalArgumentException("service_tds must be 96 hex digits each");
            }
        }

        TdPolicy toPolicy(Profile usual) {
            Profile start = profile == null ? usual : profile;
            TdPolicy base = start == Profile.DCAP ? TdPolicy.DCAP : TdPolicy.STRICT;
            long bits = base.permittedAttributes();
            for (int bit : attributes == null ? List.<Integer>of() : attributes) {
                bits |= 1L << bit;
            }
            long features = base.permittedXfam()
                    | (xfam == null
                            ? 0
                            : ByteBuffer.wrap(xfam.toArray())
                                    .order(ByteOrder.BIG_ENDIAN)
                                    .getLong());
            Set<ByteView> services = (serviceTds == null ? List.<Bytes>of() : serviceTds)
                    .stream().map(value -> ByteView.copyOf(value.toArray())).collect(Collectors.toSet());
            return new TdPolicy(bits, base.xfamChecked(), features, services);
        }
    }
}
