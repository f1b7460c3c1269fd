package dev.keywarden.it.load;

import dev.keywarden.spi.Bytes;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What to do to which node.
 *
 * @param seed of the software TEE, 32 bytes; empty if the method needs no evidence
 * @param serverPid whose processor time and memory are measured
 */
record LoadOptions(
        URI url,
        Rpc rpc,
        int clients,
        boolean keepConnections,
        Duration duration,
        Duration warmUp,
        Bytes seed,
        long serverPid,
        boolean json) {

    /** How many guests there are; connections take turns at them. */
    static final int GUESTS = 64;

    static final String USAGE = """
            usage: ./keywarden bench load --url https://localhost:PORT --server-pid PID
              --method GetAppKey|GetMeta|GetTempCaCert|GetAppEnvEncryptPubKey|GetKmsKey|SignCert
                                                                                (default GetAppKey)
              --clients N           that ask without a pause                    (default 8)
              --kept | --new-connections                                        (default --kept)
              --seconds S           measured                                    (default 5)
              --warmup S            before that                                 (default 2)
              --seed HEX            of the node's software TEE, for GetAppKey, GetKmsKey and SignCert: the content of
                                    plugins-state/mock/seed in the node's folder
              --json                one line of JSON""";

    private static final Set<String> FLAGS = Set.of("kept", "new-connections", "json");
    private static final Set<String> NAMES =
            Set.of("url", "server-pid", "method", "clients", "seconds", "warmup", "seed");

    static LoadOptions parse(String... arguments) {
        Map<String, String> given = new LinkedHashMap<>();
        for (int i = 0; i < arguments.length; i++) {
            String name = arguments[i].startsWith("--") ? arguments[i].substring(2) : "";
            if (FLAGS.contains(name)) {
                given.put(name, "");
            } else if (NAMES.contains(name) && i + 1 < arguments.length) {
                given.put(name, arguments[++i]);
            } else {
                throw new IllegalArgumentException("unknown or incomplete argument " + arguments[i]);
            }
        }
        Rpc rpc = Rpc.named(given.getOrDefault("method", "GetAppKey"));
        return new LoadOptions(
                URI.create(required(given.get("url"), "url")),
                rpc,
                Integer.parseInt(given.getOrDefault("clients", "8")),
                !given.containsKey("new-connections"),
                seconds(given.getOrDefault("seconds", "5")),
                seconds(given.getOrDefault("warmup", "2")),
                rpc.needsEvidence() ? Bytes.fromHex(required(given.get("seed"), "seed")) : Bytes.of(new byte[0]),
                Long.parseLong(required(given.get("server-pid"), "server-pid")),
                given.containsKey("json"));
    }

    private static String required(@Nullable String value, String name) {
        if (value == null) {
            throw new IllegalArgumentException("--" + name + " is missing");
        }
        return value;
    }

    private static Duration seconds(String value) {
        return Duration.ofMillis(Math.round(Double.parseDouble(value) * 1000));
    }
}
