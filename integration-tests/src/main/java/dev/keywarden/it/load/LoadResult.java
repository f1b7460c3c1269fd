package dev.keywarden.it.load;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * What one run measured.
 *
 * @param perSecond good answers per second
 * @param p50 median time of a request in ms: on a new connection from before connecting, on a kept one from before sending
 * @param p99 in ms
 * @param p999 in ms
 * @param errors requests that failed, or whose answer was not what was asked for
 * @param firstError what the first of them said
 * @param cpuMillisPerRequest processor time of the server's process, over good answers and errors
 * @param residentMebibytes resident memory of the server's process at the end
 */
record LoadResult(
        @JsonProperty("method") String method,
        @JsonProperty("connections") String connections,
        @JsonProperty("clients") int clients,
        @JsonProperty("requests") long requests,
        @JsonProperty("per_second") double perSecond,
        @JsonProperty("p50_ms") double p50,
        @JsonProperty("p99_ms") double p99,
        @JsonProperty("p999_ms") double p999,
        @JsonProperty("errors") long errors,
        @JsonProperty("first_error") @Nullable String firstError,
        @JsonProperty("server_cpu_ms_per_request") double cpuMillisPerRequest,
        @JsonProperty("server_rss_mib") long residentMebibytes) {

    /** Headings of {@link #toString()}. */
    static final String HEADINGS = "%-23s %-5s %7s %9s %9s %9s %9s %6s %11s %8s"
            .formatted(
                    "method",
                    "conn",
                    "clients",
                    "/s",
                    "p50 ms",
                    "p99 ms",
                    "p99.9 ms",
                    "errors",
                    "CPU ms/req",
                    "RSS MiB");

    /** One line of a table. */
    @Override
    public String toString() {
        String line = "%-23s %-5s %7d %9.0f %9.2f %9.2f %9.2f %6d %11.3f %8d"
                .formatted(
                        method,
                        connections,
                        clients,
                        perSecond,
                        p50,
                        p99,
                        p999,
                        errors,
                        cpuMillisPerRequest,
                        residentMebibytes);
        return firstError == null ? line : line + "  " + firstError;
    }
}
