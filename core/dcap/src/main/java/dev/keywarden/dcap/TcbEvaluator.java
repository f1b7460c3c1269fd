package dev.keywarden.dcap;

import dev.keywarden.dcap.TcbInfo.ModuleIdentity;
import dev.keywarden.dcap.TcbInfo.TdxModule;
import java.util.Optional;

/**
 * Finds the levels that a platform and its parts reach: steps J.8, L and M of the TDX fact sheet, section 2.2, by the rules
 * of section 2.7. Everything here was authenticated before.
 */
final class TcbEvaluator {
    private final TcbInfo tcbInfo;
    private final QeIdentity qeIdentity;
    private final SgxExtension platform;

    TcbEvaluator(VerifiedCollateral collateral, SgxExtension platform) {
        this.tcbInfo = collateral.tcbInfo();
        this.qeIdentity = collateral.qeIdentity();
        this.platform = platform;
    }

    /** Step J.8. */
    TcbPart qe(SgxReport report) {
        IsvLevel level = IsvLevel.select(qeIdentity.levels(), report.isvSvn())
                .orElseThrow(() -> new DcapException(
                        DcapCode.QE_ISVSVN_NOT_SUPPORTED,
                        DcapObject.QE_REPORT,
                        "the quoting enclave has SVN %d; the lowest that is known is %d"
                                .formatted(
                                        report.isvSvn(),
                                        qeIdentity.levels().getLast().isvSvn())));
        return TcbPart.of(level, DcapObject.QE_IDENTITY);
    }

    /** The TCB of an enclave's platform. */
    TcbEvaluation enclave(TcbPart qe) {
        return TcbEvaluation.merge(platform(ByteView.wrap(new byte[TcbLevel.COMPONENTS])), Optional.empty(), qe);
    }

    /**
     * The TCB of a TD.
     *
     * @param teeTcbSvn of its launch or of now
     */
    TcbEvaluation td(TdReport report, ByteView teeTcbSvn, TcbPart qe) {
        Optional<TcbPart> module = module(report, teeTcbSvn);
        return TcbEvaluation.merge(platform(teeTcbSvn), module, qe);
    }

    private Optional<TcbPart> module(TdReport report, ByteView teeTcbSvn) {
        int version = teeTcbSvn.unsignedAt(1);
        if (version == 0) {
            requireModule(report, tcbInfo.module().orElseThrow());
            return Optional.empty();
        }
        ModuleIdentity identity = tcbInfo.moduleIdentity(version)
                .orElseThrow(() -> refuse(
                        DcapCode.TDX_MODULE_IDENTITY_MISSING,
                        "the TCB info has no identity TDX_%02X for this version of the TDX module".formatted(version)));
        requireModule(report, identity.module());
        int svn = teeTcbSvn.unsignedAt(0);
        IsvLevel level = IsvLevel.select(identity.levels(), svn)
                .orElseThrow(() -> refuse(
                        DcapCode.TDX_MODULE_SVN_NOT_SUPPORTED,
                        "the TDX module %s has SVN %d; the lowest that is known is %d"
                                .formatted(
                                        identity.id(),
                                        svn,
                                        identity.levels().getLast().isvSvn())));
        return Optional.of(TcbPart.of(level, DcapObject.TCB_INFO));
    }

    private static void requireModule(TdReport report, TdxModule expected) {
        if (!report.mrSignerSeam().equals(expected.signer())) {
            throw refuse(DcapCode.TDX_MODULE_SIGNER_MISMATCH, "the TDX module is not signed by the expected signer");
        }
        if (!report.seamAttributes().isZero() || !report.seamAttributes().equals(expected.attributes())) {
            throw refuse(
                    DcapCode.TDX_MODULE_ATTRIBUTES_MISMATCH,
                    "the TDX module has the attributes %s; must be zero and equal to %s"
                            .formatted(report.seamAttributes(), expected.attributes()));
        }
    }

    private TcbPart platform(ByteView teeTcbSvn) {
        TcbLevel level = tcbInfo.levels().stream()
                .filter(candidate -> candidate.reachedBy(platform, teeTcbSvn))
                .findFirst()
                .orElseThrow(() -> new DcapException(
                        DcapCode.TCB_LEVEL_NOT_FOUND,
                        DcapObject.TCB_INFO,
                        "the platform (components %s, PCESVN %d, TEE TCB SVN %s) does not reach any of the %d levels"
                                .formatted(
                                        platform.components(),
                                        platform.pceSvn(),
                                        teeTcbSvn,
                                        tcbInfo.levels().size())));
        return TcbPart.of(level.status(), level.date(), level.advisoryIds(), true, DcapObject.TCB_INFO);
    }

    private static DcapException refuse(DcapCode code, String detail) {
        return new DcapException(code, DcapObject.TD, detail);
    }
}
