package dev.keywarden.app.quote;

import dev.keywarden.dcap.ByteView;
import dev.keywarden.dcap.ReportBody;
import dev.keywarden.dcap.SgxReport;
import dev.keywarden.dcap.TcbDistance;
import dev.keywarden.dcap.TcbEvaluation;
import dev.keywarden.dcap.TcbGap;
import dev.keywarden.dcap.TcbPart;
import dev.keywarden.dcap.TdReport;
import dev.keywarden.dcap.VerifiedCollateral;
import dev.keywarden.dcap.VerifiedQuote;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A verdict as JSON. The members that dcap-qvl's report has ({@code status}, {@code advisory_ids}, {@code report}, {@code
 * ppid}, {@code qe_status}, {@code platform_status}) have its names and forms; the others are this program's.
 */
public final class QuoteReport {
    private QuoteReport() {}

    /** The members, in order. */
    public static Map<String, Object> of(QuoteVerdict verdict) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("accepted", verdict.accepted());
        verdict.verified().ifPresent(quote -> addReport(json, quote));
        verdict.refusal().ifPresent(refusal -> {
            json.put("code", refusal.code());
            json.put("object", refusal.object());
            json.put("detail", refusal.detail());
            json.put("remedy", refusal.remedy());
        });
        json.put("input", verdict.input().form());
        Map<String, String> checks = new LinkedHashMap<>();
        verdict.checks().forEach((step, outcome) -> checks.put(step.name().toLowerCase(Locale.ROOT), outcome));
        json.put("checks", checks);
        return json;
    }

    private static void addReport(Map<String, Object> json, VerifiedQuote quote) {
        json.put("status", quote.status().token());
        json.put("advisory_ids", quote.advisoryIds());
        json.put(
                "report",
                Map.of(variant(quote.quote().body()), body(quote.quote().body())));
        json.put("ppid", quote.authentic().platform().ppid().toHex());
        TcbEvaluation now = quote.current().orElse(quote.launch());
        json.put("qe_status", part(now.qe()));
        json.put("platform_status", part(now.platform()));
        now.module().ifPresent(module -> json.put("module_status", part(module)));
        quote.current()
                .ifPresent(current ->
                        json.put("launch_status", quote.launch().status().token()));
        addProvenance(json, quote);
        json.put("distance", distance(quote.distance()));
        json.put("warnings", quote.warnings());
    }

    private static void addProvenance(Map<String, Object> json, VerifiedQuote quote) {
        VerifiedCollateral collateral = quote.collateral();
        json.put("trust_anchor", quote.authentic().trustAnchor());
        json.put("root_key_sha256", quote.authentic().rootKeyDigest().toHex());
        json.put("fmspc", quote.authentic().platform().fmspc().toHex());
        json.put("verified_at", quote.verifiedAt().toString());
        json.put("tcb_date", quote.tcbDate().toString());
        json.put("tcb_evaluation_data_number", quote.evaluationNumber());
        json.put("collateral_sha256", collateral.collateral().digest().toHex());
        json.put("valid_from", quote.validFrom().toString());
        json.put("valid_until", quote.validUntil().toString());
        json.put("quote_sha256", quote.quoteDigest().toHex());
    }

    private static Map<String, Object> part(TcbPart part) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("status", part.status().token());
        json.put("advisory_ids", part.advisoryIds());
        json.put("tcb_date", part.date().toString());
        return json;
    }

    private static String variant(ReportBody body) {
        return switch (body) {
            case SgxReport enclave -> "SgxEnclave";
            case TdReport td -> td.teeTcbSvn2().isPresent() ? "TD15" : "TD10";
        };
    }

    private static Map<String, Object> body(ReportBody body) {
        return switch (body) {
            case SgxReport enclave -> enclave(enclave);
            case TdReport td -> td(td);
        };
    }

    private static Map<String, Object> td(TdReport report) {
        Map<String, Object> json = new LinkedHashMap<>();
        put(json, "tee_tcb_svn", report.teeTcbSvn());
        put(json, "mr_seam", report.mrSeam());
        put(json, "mr_signer_seam", report.mrSignerSeam());
        put(json, "seam_attributes", report.seamAttributes());
        put(json, "td_attributes", report.bytes().slice(120, 8));
        put(json, "xfam", report.bytes().slice(128, 8));
        put(json, "mr_td", report.mrTd());
        put(json, "mr_config_id", report.mrConfigId());
        put(json, "mr_owner", report.mrOwner());
        put(json, "mr_owner_config", report.mrOwnerConfig());
        for (int register = 0; register < 4; register++) {
            put(json, "rt_mr" + register, report.rtmr(register));
        }
        put(json, "report_data", report.reportData());
        if (report.teeTcbSvn2().isEmpty()) {
            return json;
        }
        // dcap-qvl nests what both layouts share.
        Map<String, Object> extended = new LinkedHashMap<>();
        extended.put("base", json);
        report.teeTcbSvn2().ifPresent(svn -> put(extended, "tee_tcb_svn2", svn));
        report.mrServiceTd().ifPresent(value -> put(extended, "mr_service_td", value));
        return extended;
    }

    /** By the offsets of the fact sheet, section 1.2. */
    private static Map<String, Object> enclave(SgxReport report) {
        ByteView bytes = report.bytes();
        Map<String, Object> json = new LinkedHashMap<>();
        put(json, "cpu_svn", bytes.slice(0, 16));
        json.put("misc_select", bytes.unsignedIntAt(16));
        put(json, "reserved1", bytes.slice(20, 28));
        put(json, "attributes", bytes.slice(48, 16));
        put(json, "mr_enclave", bytes.slice(64, 32));
        put(json, "reserved2", bytes.slice(96, 32));
        put(json, "mr_signer", bytes.slice(128, 32));
        put(json, "reserved3", bytes.slice(160, 96));
        json.put("isv_prod_id", bytes.unsignedShortAt(256));
        json.put("isv_svn", bytes.unsignedShortAt(258));
        put(json, "reserved4", bytes.slice(260, 60));
        put(json, "report_data", report.reportData());
        return json;
    }

    private static void put(Map<String, Object> json, String name, ByteView value) {
        json.put(name, value.toHex());
    }

    private static Map<String, Object> distance(TcbDistance distance) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("sentence", distance.sentence());
        json.put("relaunch_would_do", distance.relaunchWouldDo());
        json.put("gaps", distance.gaps().stream().map(QuoteReport::gap).toList());
        return json;
    }

    private static Map<String, Object> gap(TcbGap gap) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("part", gap.part().words());
        json.put("status", gap.status().token());
        json.put("tcb_date", gap.date().toString());
        json.put("target_status", gap.targetStatus().token());
        json.put("target_tcb_date", gap.targetDate().toString());
        json.put("cleared_advisory_ids", gap.clearedAdvisoryIds());
        List<Map<String, Object>> shortfalls = gap.shortfalls().stream()
                .map(shortfall -> {
                    Map<String, Object> one = new LinkedHashMap<>();
                    one.put("component", shortfall.component());
                    one.put("found", shortfall.found());
                    one.put("needed", shortfall.needed());
                    return one;
                })
                .toList();
        json.put("shortfalls", shortfalls);
        return json;
    }
}
