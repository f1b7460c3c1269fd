package dev.keywarden.plugin.tdx.attester;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code [core.attestation.tdx.attester]}: where evidence of this machine comes from. The paths are those of a TDX guest
 * unless something else stands in for it.
 *
 * @param source which source to use; {@code auto} by default
 * @param agent address of the guest agent; by default {@code DSTACK_AGENT_ADDRESS}, then its usual sockets
 * @param configfs root of the reports; {@code /sys/kernel/config/tsm/report}
 * @param library Intel's library, a name or a path; {@code libtdx_attest.so.1}
 * @param device the guest driver's; {@code /dev/tdx_guest}
 * @param quoteService address of the quote generation service; by default vsock with the port in {@code
 *     /etc/tdx-attest.conf}
 * @param firmwareLog the firmware's event log; {@code /sys/firmware/acpi/tables/data/CCEL}
 * @param runtimeEvents the guest's own log; {@code /run/log/dstack/runtime_events.log}
 * @param vmConfig file with the VM configuration, JSON; none by default
 * @param allowSimulator whether configfs may be served by {@code tdx_guest_sim}; no by default
 * @param timeout for one piece of evidence; 30 s by default
 */
public record AttesterTable(
        @Nullable SourceKind source,
        @Nullable String agent,
        @Nullable Path configfs,
        @Nullable String library,
        @Nullable Path device,
        @Nullable String quoteService,
        @Nullable Path firmwareLog,
        @Nullable Path runtimeEvents,
        @Nullable Path vmConfig,
        @Nullable Boolean allowSimulator,
        @Nullable Duration timeout) {
    /** Everything by default. */
    public static final AttesterTable DEFAULT =
            new AttesterTable(null, null, null, null, null, null, null, null, null, null, null);

    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration LONGEST_TIMEOUT = Duration.ofMinutes(5);
    private static final List<Path> AGENT_SOCKETS =
            List.of(Path.of("/var/run/dstack/dstack.sock"), Path.of("/var/run/dstack.sock"));
    private static final Path LIBRARY_CONFIGURATION = Path.of("/etc/tdx-attest.conf");
    private static final Pattern PORT = Pattern.compile("(?m)^\\s*port\\s*=\\s*([0-9]{1,10})\\s*$");
    private static final long HOST_CID = 2;

    public AttesterTable {
        checkAddress("attester.agent", agent);
        checkAddress("attester.quote_service", quoteService);
        if (timeout != null && (timeout.toMillis() < 1 || timeout.compareTo(LONGEST_TIMEOUT) > 0)) {
            throw new IllegalArgumentException("attester.timeout must be 1ms to 5m");
        }
    }

    private static void checkAddress(String key, @Nullable String address) {
        if (address != null) {
            try {
                WireAddress.parse(address);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(key + " " + e.getMessage(), e);
            }
        }
    }

    /**
     * Builds the attester; nothing is opened or looked for yet.
     *
     * @param environment variables of the process
     */
    public TdxAttester toAttester(Map<String, String> environment, System.Logger logger) {
        return toAttester(environment, logger, () -> LinuxCalls.of("c"));
    }

    TdxAttester toAttester(Map<String, String> environment, System.Logger logger, Supplier<LinuxCalls> calls) {
        return new TdxAttester(
                new SourceSelection(source == null ? SourceKind.AUTO : source, sources(environment, calls), logger),
                timeout == null ? DEFAULT_TIMEOUT : timeout);
    }

    private List<EvidenceSource> sources(Map<String, String> environment, Supplier<LinuxCalls> calls) {
        TdxGuestDevice guestDevice = new TdxGuestDevice(or(device, "/dev/tdx_guest"), calls);
        MachineLogs logs = new MachineLogs(
                or(firmwareLog, "/sys/firmware/acpi/tables/data/CCEL"),
                or(runtimeEvents, "/run/log/dstack/runtime_events.log"),
                vmConfig);
        Set<String> providers =
                Boolean.TRUE.equals(allowSimulator) ? Set.of("tdx_guest", "tdx_guest_sim") : Set.of("tdx_guest");
        QuoteSource reports = new ConfigfsSource(
                or(configfs, "/sys/kernel/config/tsm/report"),
                providers,
                calls,
                new SecureRandom(),
                ProcessHandle.current().pid());
        return List.of(
                new GuestAgentSource(agentAddress(environment), calls),
                new LoggedQuotes(reports, logs),
                new LoggedQuotes(
                        new AttestLibrarySource(library == null ? "libtdx_attest.so.1" : library, guestDevice), logs),
                new LoggedQuotes(new QuoteServiceSource(serviceAddress(), guestDevice, calls), logs),
                new LoggedQuotes(new DeviceSource(guestDevice), logs));
    }

    private WireAddress agentAddress(Map<String, String> environment) {
        String address = agent == null ? environment.get("DSTACK_AGENT_ADDRESS") : agent;
        if (address != null && !address.isEmpty()) {
            return WireAddress.parse(address);
        }
        return new WireAddress.Unix(
                AGENT_SOCKETS.stream().filter(Files::exists).findFirst().orElse(AGENT_SOCKETS.getFirst()));
    }

    private @Nullable WireAddress serviceAddress() {
        if (quoteService != null) {
            return WireAddress.parse(quoteService);
        }
        try {
            Matcher port = PORT.matcher(Files.readString(LIBRARY_CONFIGURATION, StandardCharsets.UTF_8));
            return port.find() ? new WireAddress.Vsock(HOST_CID, Long.parseLong(port.group(1))) : null;
        } catch (IOException e) {
            return null;
        }
    }

    private static Path or(@Nullable Path configured, String usual) {
        return configured == null ? Path.of(usual) : configured;
    }
}
