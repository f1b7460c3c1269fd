package dev.keywarden.app.cli;

import com.google.protobuf.Empty;
import dev.keywarden.rpc.OnboardingClient;
import dev.keywarden.rpc.RpcException;
import dev.keywarden.rpc.proto.AttestationInfoResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code keywarden attest-info}: what governance must allow before a node may have root keys. */
@Command(
        name = "attest-info",
        description = "Shows the measurements of a node without root keys: what governance must allow.")
final class AttestInfoCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private final OnboardingListener listener = new OnboardingListener();

    AttestInfoCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        try (OnboardingClient node = listener.connect()) {
            show(node.call(
                    "GetAttestationInfo", Empty.getDefaultInstance(), AttestationInfoResponse.getDefaultInstance()));
            return 0;
        } catch (RpcException e) {
            throw CommandFailure.of(e);
        }
    }

    private void show(AttestationInfoResponse info) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("attestation_mode", info.getAttestationMode());
        facts.put("mr_aggregated", BootstrapCommand.hex(info.getMrAggregated()));
        facts.put("os_image_hash", BootstrapCommand.hex(info.getOsImageHash()));
        facts.put("device_id", BootstrapCommand.hex(info.getDeviceId()));
        facts.put("ppid", BootstrapCommand.hex(info.getPpid()));
        facts.put("site_name", info.getSiteName());
        facts.put("kms_contract_address", info.getKmsContractAddress());
        if (listener.json()) {
            console.json(facts);
        } else {
            console.table(
                    List.of("WHAT", "VALUE"),
                    facts.entrySet().stream()
                            .map(fact -> List.of(fact.getKey(), fact.getValue()))
                            .toList());
        }
    }
}
