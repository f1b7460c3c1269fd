package dev.keywarden.plugin.tdx;

import dev.keywarden.dcap.AuthenticQuote;
import dev.keywarden.dcap.TcbEvaluation;
import dev.keywarden.dcap.TcbPart;
import dev.keywarden.dcap.TcbStatus;
import dev.keywarden.dcap.TdReport;
import dev.keywarden.dcap.VerifiedCollateral;
import dev.keywarden.dcap.VerifiedQuote;
import dev.keywarden.spi.Attestation.Binding;
import dev.keywarden.spi.Attestation.Claim;
import java.util.ArrayList;
import java.util.List;

/**
 * What a verified quote says beside its measurements, for records and policies. Under Intel's root hardware stands behind
 * it; under another root nothing does, and the claims say so.
 */
final class TdxClaims {
    private static final String INTEL = "intel";

    private final Binding binding;
    private final List<Claim> claims = new ArrayList<>();

    private TdxClaims(Binding binding) {
        this.binding = binding;
    }

    static List<Claim> of(VerifiedQuote quote, TdReport report, boolean stale) {
        AuthenticQuote authentic = quote.authentic();
        boolean hardware = authentic.trustAnchor().equals(INTEL);
        TdxClaims claims = new TdxClaims(hardware ? Binding.HARDWARE : Binding.SELF_ASSERTED);
        claims.add("trust_anchor", authentic.trustAnchor());
        claims.add("root_key_sha256", authentic.rootKeyDigest().toHex());
        claims.addPlatform(quote);
        claims.addTd(report);
        claims.addTcb(quote);
        claims.addCollateral(quote.collateral(), stale);
        return List.copyOf(claims.claims);
    }

    private void addPlatform(VerifiedQuote quote) {
        AuthenticQuote authentic = quote.authentic();
        add("fmspc", authentic.platform().fmspc().toHex());
        add("pce_id", authentic.platform().pceId().toHex());
        add("pce_svn", Integer.toString(authentic.platform().pceSvn()));
        add("cpu_svn", authentic.platform().cpuSvn().toHex());
        add("pck_certificate_sha256", authentic.pckLeafDigest().toHex());
        add("quote_sha256", quote.quoteDigest().toHex());
    }

    private void addTd(TdReport report) {
        add("mr_seam", report.mrSeam().toHex());
        add("td_attributes", "%016x".formatted(report.tdAttributes()));
        add("xfam", "%016x".formatted(report.xfam()));
        add("tee_tcb_svn", report.teeTcbSvn().toHex());
        report.teeTcbSvn2().ifPresent(svn -> add("tee_tcb_svn2", svn.toHex()));
        report.mrServiceTd().ifPresent(value -> add("mr_service_td", value.toHex()));
    }

    private void addTcb(VerifiedQuote quote) {
        add("tcb_date", quote.tcbDate().toString());
        TcbEvaluation now = quote.current().orElse(quote.launch());
        add("platform_tcb", words(now.platform()));
        add("qe_tcb", words(now.qe()));
        now.module().ifPresent(module -> add("tdx_module_tcb", words(module)));
        if (quote.status() != TcbStatus.UP_TO_DATE) {
            add("tcb_distance", quote.distance().sentence());
        }
    }

    private void addCollateral(VerifiedCollateral collateral, boolean stale) {
        add("tcb_evaluation_data_number", Long.toString(collateral.evaluationNumber()));
        add("collateral_sha256", collateral.collateral().digest().toHex());
        add("collateral_valid_from", collateral.validFrom().toString());
        add("collateral_valid_until", collateral.validUntil().toString());
        if (stale) {
            add("collateral_stale", "true");
        }
    }

    private static String words(TcbPart part) {
        return part.status() + " " + part.date();
    }

    private void add(String name, String value) {
        claims.add(new Claim(name, value, binding));
    }
}
