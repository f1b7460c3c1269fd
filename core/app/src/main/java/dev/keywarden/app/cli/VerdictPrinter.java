package dev.keywarden.app.cli;

import dev.keywarden.app.quote.QuoteVerdict;
import dev.keywarden.app.quote.QuoteVerdict.Refusal;
import dev.keywarden.dcap.TdReport;
import dev.keywarden.dcap.VerifiedQuote;
import java.util.ArrayList;
import java.util.List;

/** Prints a verdict so that a person understands it. */
final class VerdictPrinter {
    private final Console console;

    VerdictPrinter(Console console) {
        this.console = console;
    }

    void print(QuoteVerdict verdict) {
        console.say(headline(verdict));
        console.say("");
        List<List<String>> checks = new ArrayList<>();
        verdict.checks().forEach((step, outcome) -> checks.add(List.of(step.words(), outcome)));
        console.table(List.of("CHECK", "VERDICT"), checks);
        verdict.refusal().ifPresent(this::explain);
        verdict.verified().ifPresent(this::describe);
    }

    private static String headline(QuoteVerdict verdict) {
        String form = verdict.input().form();
        if (!verdict.accepted()) {
            return "REFUSED: " + form;
        }
        VerifiedQuote quote = verdict.verified().orElseThrow();
        String root = quote.authentic().trustAnchor().equals("intel")
                ? "signed under Intel's root"
                : "signed under the root that was given, not Intel's";
        return "ACCEPTED: " + form + ", " + root + "; TCB status " + quote.status();
    }

    private void explain(Refusal refusal) {
        console.say("");
        console.say(refusal.code() + " (" + refusal.object() + "): " + refusal.detail());
        console.say("To solve it: " + refusal.remedy());
    }

    private void describe(VerifiedQuote quote) {
        List<List<String>> facts = new ArrayList<>();
        facts.add(List.of("TCB status", quote.status().token()));
        facts.add(
                List.of("advisories", quote.advisoryIds().isEmpty() ? "none" : String.join(", ", quote.advisoryIds())));
        facts.add(List.of("TCB date", quote.tcbDate().toString()));
        facts.add(List.of("evaluation number", Long.toString(quote.evaluationNumber())));
        facts.add(List.of("FMSPC", quote.authentic().platform().fmspc().toHex()));
        facts.add(List.of("trust anchor", quote.authentic().trustAnchor()));
        facts.add(List.of("verified at", quote.verifiedAt().toString()));
        facts.add(List.of("holds from", quote.validFrom().toString()));
        facts.add(List.of("holds until", quote.validUntil().toString()));
        facts.add(List.of(
                "collateral SHA-256", quote.collateral().collateral().digest().toHex()));
        quote.quote().tdReport().ifPresent(report -> addMeasurements(facts, report));
        facts.add(List.of("report data", quote.quote().body().reportData().toHex()));
        console.say("");
        console.table(List.of("WHAT", "VALUE"), facts);
        console.say("");
        console.say(quote.distance().sentence());
        quote.warnings().forEach(warning -> console.say("Mind: " + warning + "."));
    }

    private static void addMeasurements(List<List<String>> facts, TdReport report) {
        facts.add(List.of("MRTD", report.mrTd().toHex()));
        for (int register = 0; register < 4; register++) {
            facts.add(List.of("RTMR" + register, report.rtmr(register).toHex()));
        }
        facts.add(List.of("MRCONFIGID", report.mrConfigId().toHex()));
        facts.add(List.of("MROWNER", report.mrOwner().toHex()));
        facts.add(List.of("MROWNERCONFIG", report.mrOwnerConfig().toHex()));
        facts.add(List.of("MRSEAM", report.mrSeam().toHex()));
        facts.add(List.of("TD attributes", "%016x".formatted(report.tdAttributes())));
        facts.add(List.of("XFAM", "%016x".formatted(report.xfam())));
    }
}
