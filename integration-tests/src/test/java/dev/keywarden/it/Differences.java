package dev.keywarden.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where an answer may differ from the recorded one, each with its reason; {@code docs/differences.md} tells operators. */
final class Differences {
    /** No common protocol is an alert in TLS in both, which the server's own tests try. */
    static final Set<String> NO_ANSWER = Set.of("176-alpn-unknown");

    /** The recording negotiated something else than HTTP/1.1, or nothing. */
    static final Set<String> ALPN_NOT_RECORDED = Set.of("174-no-alpn", "175-alpn-h2-and-h1-selects");

    /** Bodies in protobuf with a timestamp and the signature over it. */
    static final Set<String> TIMESTAMPED_PROTOBUF = Set.of();

    /** An answer that is stricter, or more generous, on purpose. */
    record Instead(int status, String text) {}

    private static final Map<String, Instead> STRICTER = Map.ofEntries(
            // The older revision takes any width; widths are checked where boot info is built.
            Map.entry("095-appkey-shortapp-json", new Instead(400, "app_id must be 20 bytes")),
            Map.entry("096-appkey-shortinst-json", new Instead(400, "instance_id must be 20 bytes or empty")),
            Map.entry("089-appkey-v0-vm-unknown", new Instead(400, "os_image_hash must be 32 bytes or empty")),
            // The older revision takes any application id here.
            Map.entry("032-env-get-empty", new Instead(400, "app_id must be 20 bytes")),
            Map.entry("041-env-json-19", new Instead(400, "app_id must be 20 bytes")),
            Map.entry("043-env-json-empty-obj", new Instead(400, "app_id must be 20 bytes")),
            Map.entry("044-env-json-empty-body", new Instead(400, "app_id must be 20 bytes")),
            // The older revision always has the method, and nobody's token is right without a configured one.
            Map.entry("run-r1/143-clearimagecache", new Instead(400, "Service not found: ClearImageCache")),
            // What is not there is cleared already.
            Map.entry("noquote-r1/09-clear-ok", new Instead(200, "null")),
            // The older revision takes any application id here.
            Map.entry("noquote-r1/07-env-empty-id", new Instead(400, "app_id must be 20 bytes")),
            // The older revision counts nothing, and can't be probed.
            Map.entry("onboard-r1/02-health", new Instead(200, "OK")),
            Map.entry("run-r1/159-metrics", new Instead(200, "dstack_kms_attestation_requests_total")),
            // The older revision does not know MessagePack envelopes.
            Map.entry("071-appkey-v1-json", new Instead(200, "disk_crypt_key")),
            // Evidence with version 2 events is accepted where its digests can be checked.
            Map.entry("182-appkey-v1-ev2-nopre-json", new Instead(200, "disk_crypt_key")),
            // The older revision takes any domain, and makes new root keys as often as it is asked.
            Map.entry("onboard-r1/11-bootstrap-empty-domain", new Instead(400, "domain must be a non-empty")),
            Map.entry("onboard-r1/23-bootstrap-again", new Instead(400, "KMS has already been bootstrapped")),
            Map.entry("onboard-r1/24-bootstrap-again-pb", new Instead(400, "KMS has already been bootstrapped")),
            Map.entry("onboard-r1/25-onboard-after-bootstrap", new Instead(400, "KMS has already been onboarded")),
            // Any client certificate is welcome at TLS level; its evidence decides.
            Map.entry("clientcert-8-critical", new Instead(200, "disk_crypt_key")),
            Map.entry("clientcert-expired", new Instead(200, "disk_crypt_key")),
            Map.entry("clientcert-notyet", new Instead(200, "disk_crypt_key")));

    /** Texts that a library words: the outer context must be the same, what follows is the library's. */
    private static final List<String> LIBRARY_WORDED = List.of(
            "failed to decode protobuf message: ",
            "failed to onboard: failed to send request: ",
            "app not allowed: decode app info: failed to decode os image hash: failed to parse vm config: ",
            "invalid quote: ",
            "failed to decode attestation from cert extension: ",
            "failed to parse csr: ",
            "failed to get extension for [1, 3, 6, 1, 4, 1, 62397, 1, 8]: ",
            "failed to get extension for [1, 3, 6, 1, 4, 1, 62397, 1, 3]: ",
            "failed to decode app info as json: ");

    /** Quotes whose refusal has a fixed text of its own. */
    private static final List<String> FIXED_AFTER_INVALID_QUOTE =
            List.of("report data mismatch", "rtmr3 mismatch", "tdx report_data mismatch", "debug mode is not allowed");

    /** How JSON parsers begin their complaints; ours complains in words of its own. */
    private static final Pattern JSON_PARSER = Pattern.compile(
            "^(eof while|invalid type|invalid value|expected value|trailing characters|invalid unicode|key must be"
                    + "|control character|duplicate field|recursion limit|expected `|invalid number).*");

    private static final Pattern POSITION = Pattern.compile(" at line \\d+ column \\d+$");
    private static final Pattern RECORDED_WEBHOOK = Pattern.compile("http://127\\.0\\.0\\.1:\\d+");

    private static final Pattern PLUGIN_SET = Pattern.compile("a20640(3[0-9]|6[1-6]){64}$");

    private static final Pattern NUMBER_AT_END_OF_LINE = Pattern.compile(" \\d+$", Pattern.MULTILINE);

    private Differences() {}

    /** The two counters, whose numbers depend on what was asked before, come first; ours follow. */
    static void compareMetrics(String expected, String actual) {
        assertThat(NUMBER_AT_END_OF_LINE.matcher(actual).replaceAll(" N"))
                .startsWith(NUMBER_AT_END_OF_LINE.matcher(expected).replaceAll(" N"));
    }

    /** A body in protobuf without Keywarden's own field of GetMeta, number 100, which comes last. */
    static String withoutPluginSet(String hex) {
        return PLUGIN_SET.matcher(hex).replaceAll("");
    }

    /** What is answered on purpose instead of a recorded answer, or {@code null}. */
    static Instead insteadOf(String folder, String name) {
        return STRICTER.getOrDefault(folder + "/" + name, STRICTER.get(name));
    }

    static String nameOf(Path file) {
        return file.getFileName().toString().replaceFirst("\\.json$", "");
    }

    /** Texts are compared without regard to case, because the revisions differ in it. */
    static void compareErrors(String expected, String actual) {
        String wanted = normal(expected);
        String got = normal(actual);
        for (String context : LIBRARY_WORDED) {
            String rest = wanted.startsWith(context) ? wanted.substring(context.length()) : null;
            if (rest != null && FIXED_AFTER_INVALID_QUOTE.stream().noneMatch(rest::startsWith)) {
                assertThat(got).startsWith(context).isNotEqualTo(context);
                return;
            }
        }
        if (JSON_PARSER.matcher(wanted).matches()) {
            assertThat(got).isNotBlank().doesNotContain("internal error");
            return;
        }
        assertThat(got).isEqualTo(wanted);
    }

    private static String normal(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        Matcher webhook = RECORDED_WEBHOOK.matcher(lower);
        return POSITION.matcher(webhook.replaceAll("url")).replaceAll("");
    }
}
