package dev.keywarden.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Contracts decide about the node itself too, and beside a policy. */
@Tag("blackbox")
@Timeout(180)
final class OnchainGatesTest extends GovernedByContracts {
    /** How a list of the KMS's contract is changed. */
    private interface Lists {
        void allow(String list, String value);

        void remove(String list, String value);
    }

    @Test
    void theNodeItselfNeedsTheReferencesContractsToAllowIt() throws IOException {
        Map<String, String> names =
                Map.of("os-image", "OsImageHash", "kms-aggregated-mr", "KmsAggregatedMr", "kms-device", "KmsDevice");
        try (GovernedChain chain = GovernedChain.start(1)) {
            obeysAboutItself(chain, new Lists() {
                @Override
                public void allow(String list, String value) {
                    chain.send(chain.kms(), "add" + names.get(list) + "(bytes32)", value);
                }

                @Override
                public void remove(String list, String value) {
                    chain.send(chain.kms(), "remove" + names.get(list) + "(bytes32)", value);
                }
            });
        }
    }

    @Test
    void theNodeItselfNeedsTheProjectsContractsToAllowIt() throws IOException {
        try (GovernedChain chain = GovernedChain.startWithRegistry()) {
            obeysAboutItself(chain, new Lists() {
                @Override
                public void allow(String list, String value) {
                    String grant = "[(" + GovernedChain.list(list) + "," + value + ",0)]";
                    chain.send(chain.kms(), "allow((bytes32,bytes32,uint48)[])", grant);
                }

                @Override
                public void remove(String list, String value) {
                    String removal = "[(" + GovernedChain.list(list) + "," + value + ")]";
                    chain.send(chain.kms(), "remove((bytes32,bytes32)[])", removal);
                }
            });
        }
    }

    /** Allowed step by step, as an operator who reads the records would, and shut out again. */
    private void obeysAboutItself(GovernedChain chain, Lists lists) throws IOException {
        chain.finality();
        TestNode.Configuration configuration =
                governed(chain, true, "", chain.node(0).url());
        try (TestNode node = TestNode.start(configuration, "serving")) {
            assertDenied(node, chain, "");
            JsonNode self = lastRecord(configuration);
            assertThat(self.path("subject").asText()).isEqualTo("self");
            JsonNode machine = self.path("boot_info");
            String image = "0x" + machine.path("osImageHash").asText();
            if (!image.equals("0x" + Guest.OS_IMAGE_HASH.toHex())
                    || reason(self).equals("OS image is not allowed")) {
                lists.allow("os-image", image);
            }
            if (!image.equals("0x" + Guest.OS_IMAGE_HASH.toHex())) {
                lists.allow("os-image", "0x" + Guest.OS_IMAGE_HASH.toHex());
            }
            chain.finality();
            assertDenied(node, chain, "Aggregated MR not allowed");
            String measurement = "0x" + machine.path("mrAggregated").asText();
            lists.allow("kms-aggregated-mr", measurement);
            chain.finality();
            assertDenied(node, chain, "KMS is not allowed to boot on this device");
            lists.allow("kms-device", "0x" + machine.path("deviceId").asText());
            chain.finality();
            takeKeys(node, chain);
            lists.remove("kms-aggregated-mr", measurement);
            takeKeys(node, chain);
            chain.finality();
            assertDenied(node, chain, "Aggregated MR not allowed");
            assertThat(lastRecord(configuration).path("subject").asText()).isEqualTo("self");
        }
    }

    private static JsonNode lastRecord(TestNode.Configuration configuration) throws IOException {
        return Recordings.json(Files.readAllLines(configuration.records()).getLast());
    }

    private static String reason(JsonNode record) {
        return record.at("/answers/0/reasons/0/message").asText();
    }

    /** All must allow: the policy, whose list an operator edits, and the contracts, which a multisig governs. */
    @Test
    void aPolicyAndContractsMustBothAllow() throws IOException {
        try (GovernedChain chain = GovernedChain.start(1)) {
            chain.allowImage().finality();
            list("images", Guest.OS_IMAGE_HASH.toHex());
            list("kms_measurements", "");
            list("apps", "");
            list("compose_hashes", chain.appId().toHex() + "/" + Guest.COMPOSE_HASH.toHex());
            TestNode.Configuration configuration = governedBy(
                            chain, "", chain.node(0).url())
                    .policy(Path.of(System.getProperty("keywarden.home"), "policies", "default.tar.gz"), home)
                    .chain("rego", "onchain");
            try (TestNode node = TestNode.start(configuration, "serving")) {
                assertDenied(node, chain, "app not registered");
                JsonNode refused = lastRecord(configuration).path("answers");
                assertThat(refused).hasSize(1);
                assertThat(refused.at("/0/authorizer").asText()).isEqualTo("rego");
                list("apps", "{\"key\":\"" + chain.appId().toHex() + "\",\"allow_any_device\":true}");
                takeKeys(node, chain);
                JsonNode allowed = lastRecord(configuration).path("answers");
                assertThat(allowed).hasSize(2);
                assertThat(allowed.at("/0/evidence/bundle_revision").asText()).isEqualTo("1");
                assertThat(allowed.at("/1/evidence/block_hash").asText()).hasSize(66);
                chain.send(chain.app(), REMOVE, COMPOSE);
                chain.finality();
                assertDenied(node, chain, "Compose hash not allowed");
                list("apps", "");
                assertDenied(node, chain, "app not registered");
            }
        }
    }

    private void list(String name, String line) throws IOException {
        Path next = Files.writeString(home.resolve("next"), line + "\n");
        Files.move(
                next,
                home.resolve(name + ".jsonl"),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }
}
