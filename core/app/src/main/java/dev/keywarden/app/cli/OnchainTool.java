package dev.keywarden.app.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.keywarden.app.config.ConfigurationFiles;
import dev.keywarden.app.config.KmsConfiguration;
import dev.keywarden.app.config.NodeSettings;
import dev.keywarden.app.node.Distribution;
import dev.keywarden.app.node.HostSettings;
import dev.keywarden.app.node.LogSetup;
import dev.keywarden.host.PluginHost;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.spi.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * The authorizer {@code onchain} of the node's configuration, asked by a person.
 *
 * <p>What reads the chain is the plugin alone; it is the tool too. What is here is the command line's share: configuration, and
 * how answers look.
 */
final class OnchainTool {
    static final String ID = "onchain";

    private static final ObjectMapper JSON = JsonMapper.builder().build();

    private final Console console;
    private final NodeSettings settings;
    private final boolean json;

    /**
     * @param config the node's configuration file, or {@code null} for the usual ones
     * @param json whether answers stay as they are
     */
    OnchainTool(Console console, @Nullable Path config, boolean json) {
        LogSetup.install("error");
        this.console = console;
        this.settings =
                NodeSettings.from(ConfigurationFiles.standard(Path.of("")).read(config));
        this.json = json;
        if (!settings.authorizationSettings().containsKey(ID)) {
            throw new CommandFailure(
                    "the configuration has no table [core.authorization.onchain], so there is no chain to"
                            + " ask. Name the node's configuration with --config");
        }
    }

    NodeSettings settings() {
        return settings;
    }

    /** Only what the question needs is loaded: one authorizer, and whoever verifies evidence. */
    PluginHost load(boolean withVerifiers) {
        Distribution distribution = Distribution.current();
        KmsConfiguration.Core core = settings.configuration().core();
        return PluginHost.load(
                HostSettings.trusting(settings, distribution, core.plugins().dir(), InstantSource.system())
                        .accept(withVerifiers ? core.attestation().accept() : List.of())
                        .chain(List.of(ID))
                        .build());
    }

    /**
     * Puts a question and shows the answer.
     *
     * @return the exit code
     */
    int ask(PluginHost host, String... words) {
        ToolProvider tool = host.chain()
                .tool(ID)
                .orElseThrow(() -> new CommandFailure("this archive of the plugin onchain answers no questions"));
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = tool.run(new PrintWriter(out), new PrintWriter(err), words);
        show(out.toString().lines().toList());
        err.toString().lines().forEach(line -> console.warn("keywarden: " + line));
        return code;
    }

    /** Lines of the same kind become one table; a line alone becomes two columns. */
    private void show(List<String> lines) {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (String line : lines) {
            if (json) {
                console.say(line);
                continue;
            }
            Map<String, Object> row = parse(line);
            if (!rows.isEmpty() && !rows.getLast().keySet().equals(row.keySet())) {
                table(rows);
                rows.clear();
            }
            rows.add(row);
        }
        table(rows);
    }

    private void table(List<Map<String, Object>> rows) {
        if (rows.isEmpty()) {
            return;
        }
        if (rows.size() == 1) {
            console.table(
                    List.of("WHAT", "VALUE"),
                    rows.getFirst().entrySet().stream()
                            .map(entry -> List.of(entry.getKey(), Printable.line(String.valueOf(entry.getValue()))))
                            .toList());
            return;
        }
        console.table(
                rows.getFirst().keySet().stream()
                        .map(name -> name.toUpperCase(Locale.ROOT).replace('_', ' '))
                        .toList(),
                rows.stream()
                        .map(row -> row.values().stream()
                                .map(value -> Printable.line(String.valueOf(value)))
                                .toList())
                        .toList());
    }

    private static Map<String, Object> parse(String line) {
        try {
            return JSON.readValue(line, new TypeReference<LinkedHashMap<String, Object>>() {});
        } catch (JsonProcessingException e) {
            throw new CommandFailure("the plugin onchain answered with something else than JSON", e);
        }
    }
}
