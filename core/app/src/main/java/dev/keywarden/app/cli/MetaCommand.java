package dev.keywarden.app.cli;

import com.google.protobuf.Empty;
import dev.keywarden.keys.CertificateAuthority;
import dev.keywarden.keys.KeyException;
import dev.keywarden.rpc.RaTlsClient;
import dev.keywarden.rpc.RpcException;
import dev.keywarden.rpc.proto.GetMetaResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code keywarden meta}: what a node says of itself to anyone. */
@Command(
        name = "meta",
        description = "Shows what a node says of itself to anyone: its CA, its public key, its authority.")
final class MetaCommand implements Callable<Integer> {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final Console console;

    @Option(names = "--url", paramLabel = "URL", description = "The node; default: the one that `dev` started.")
    private @Nullable String url;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            defaultValue = ".keywarden",
            description = "The folder of `dev`, for the URL (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // has a default
    private Path dir;

    @Option(names = "--json", description = "One line of JSON.")
    private boolean json;

    MetaCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        String target = url == null ? new DevWorkspace(dir).url() : url;
        try (RaTlsClient anyone = RaTlsClient.to(target)
                .trustingUnverifiedServer()
                .deadline(LIMIT)
                .build()) {
            show(anyone.call("GetMeta", Empty.getDefaultInstance(), GetMetaResponse.getDefaultInstance())
                    .message());
            return 0;
        } catch (RpcException e) {
            throw CommandFailure.of(e);
        }
    }

    private void show(GetMetaResponse meta) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("k256_pubkey", BootstrapCommand.hex(meta.getK256Pubkey()));
        facts.put("ca_subject", subject(meta.getCaCert()));
        facts.put("is_dev", meta.getIsDev());
        facts.put("bootstrap_info", meta.hasBootstrapInfo() ? "published" : "none");
        facts.put("gateway_app_id", meta.getGatewayAppId());
        facts.put("kms_contract_address", meta.getKmsContractAddress());
        facts.put("chain_id", meta.hasChainId() ? meta.getChainId() : "");
        facts.put("app_auth_implementation", meta.getAppAuthImplementation());
        if (json) {
            facts.put("ca_cert", meta.getCaCert());
            console.json(facts);
        } else {
            console.table(
                    List.of("WHAT", "VALUE"),
                    facts.entrySet().stream()
                            .map(fact -> List.of(fact.getKey(), String.valueOf(fact.getValue())))
                            .toList());
            console.say(meta.getCaCert().strip());
        }
    }

    private static String subject(String caPem) {
        try {
            return CertificateAuthority.parse(caPem).getSubjectX500Principal().getName();
        } catch (KeyException e) {
            return "(the CA certificate can't be read: " + e.getMessage() + ")";
        }
    }
}
