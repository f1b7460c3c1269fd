package dev.keywarden.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Contracts on real chains govern a node, as they are deployed for the reference. */
@Tag("blackbox")
@Timeout(180)
final class OnchainTest extends GovernedByContracts {
    @Test
    void aRemovalIsForeseenObeyedAndExplained() throws IOException {
        try (GovernedChain chain = GovernedChain.start(1)) {
            chain.finality();
            TestNode.Configuration configuration =
                    governedBy(chain, "", chain.node(0).url());
            try (TestNode node = TestNode.start(configuration, "serving")) {
                assertDenied(node, chain, "OS image is not allowed");
                chain.allowImage();
                assertDenied(node, chain, "OS image is not allowed");
                chain.finality();
                takeKeys(node, chain);
                JsonNode allowed = lastAnswer(configuration);
                assertThat(allowed.path("outcome").asText()).isEqualTo("allow");
                long before = allowed.path("evidence").path("block_number").asLong();

                foresee(configuration, chain);
                JsonNode receipt = chain.send(chain.app(), REMOVE, COMPOSE);
                takeKeys(node, chain);
                chain.finality();
                assertDenied(node, chain, "Compose hash not allowed");
                JsonNode denied = lastAnswer(configuration).path("evidence");
                long removed = Long.decode(receipt.path("blockNumber").asText());
                assertThat(denied.path("block_number").asLong()).isGreaterThanOrEqualTo(removed);
                assertThat(denied.path("block_hash").asText()).startsWith("0x").hasSize(66);
                assertThat(denied.path("chain_id").asText()).isEqualTo("31337");
                explain(configuration, before);
            }
        }
    }

    /** Before it happens, the command names the app that a removal would lock out. */
    private void foresee(TestNode.Configuration configuration, GovernedChain chain) {
        JsonNode changes = ask(
                configuration, 0, "simulate", "--to", chain.app(), "--data", GovernedChain.calldata(REMOVE, COMPOSE));
        assertThat(changes)
                .anySatisfy(change -> {
                    assertThat(change.path("subject").asText())
                            .containsIgnoringCase("app " + chain.app())
                            .contains(COMPOSE);
                    assertThat(change.path("change").asText()).isEqualTo("stops");
                    assertThat(change.path("then").asText()).isEqualTo("denied: Compose hash not allowed");
                })
                .anySatisfy(
                        change -> assertThat(change.path("subject").asText()).startsWith("compose hash " + COMPOSE));
        KeywardenProcess useless = command(
                configuration,
                "simulate",
                "--to",
                chain.app(),
                "--from",
                "0x70997970C51812dc3A010C7d01b50e0d17dc79C8",
                "--data",
                GovernedChain.calldata(REMOVE, COMPOSE));
        assertThat(useless.exitCode()).isEqualTo(1);
        assertThat(useless.err())
                .contains(
                        "onchain.proposal_reverted",
                        "OwnableUnauthorizedAccount(0x70997970C51812dc3A010C7d01b50e0d17dc79C8)");
    }

    /** Afterwards commands tell what is, what was, and who did it. */
    private void explain(TestNode.Configuration configuration, long before) throws IOException {
        Path record = home.resolve("machine.json");
        Files.writeString(record, Files.readAllLines(configuration.records()).getLast());
        JsonNode now =
                ask(configuration, 1, "check", "--boot-info", record.toString()).get(0);
        assertThat(now.path("reason").asText()).isEqualTo("Compose hash not allowed");
        JsonNode then = ask(
                        configuration, 0, "check", "--boot-info", record.toString(), "--block", Long.toString(before))
                .get(0);
        assertThat(then.path("outcome").asText()).isEqualTo("allow");
        assertThat(then.path("gateway_app_id").asText()).isEqualTo(GovernedChain.GATEWAY);

        JsonNode events = ask(configuration, 0, "events", COMPOSE);
        assertThat(events).hasSize(2);
        assertThat(events.get(0).path("change").asText()).isEqualTo("added");
        assertThat(events.get(1).path("change").asText()).isEqualTo("removed");
        assertThat(events.get(1).path("by").asText()).isEqualTo(Anvil.FIRST_ACCOUNT);
        assertThat(events.get(1).path("transaction").asText()).hasSize(66);

        JsonNode status = ask(configuration, 0, "status");
        assertThat(status.get(0).path("state").asText()).isEqualTo("ok");
        assertThat(status.get(1).path("agree").asText()).isEqualTo("1 of 1");
        assertThat(status.get(1).path("implementation").asText()).startsWith("0x");
        assertThat(command(configuration, "status").err()).isEmpty();
    }

    @Test
    void theProjectsOwnContractsGovernAlike() {
        try (GovernedChain chain = GovernedChain.startWithRegistry()) {
            chain.finality();
            TestNode.Configuration configuration =
                    governedBy(chain, "", chain.node(0).url());
            try (TestNode node = TestNode.start(configuration, "serving")) {
                takeKeys(node, chain);
                String removal = "[(" + GovernedChain.list("compose-hash") + "," + COMPOSE + ")]";
                chain.send(chain.app(), "remove((bytes32,bytes32)[])", removal);
                takeKeys(node, chain);
                chain.finality();
                assertDenied(node, chain, "Compose hash not allowed");
                JsonNode events = ask(configuration, 0, "events", COMPOSE);
                assertThat(events.get(events.size() - 1).path("change").asText())
                        .isEqualTo("removed");
            }
        }
    }

    @Test
    void oneLiarOfThreeIsOutvotedOrDeniesAsConfigured() {
        try (GovernedChain chain = GovernedChain.start(3);
                LyingProvider liar = new LyingProvider(chain.node(2))) {
            chain.allowImage().finality();
            String[] urls = {chain.node(0).url(), chain.node(1).url(), liar.url()};
            try (TestNode node = TestNode.start(governedBy(chain, "agree = 2", urls), "serving")) {
                takeKeys(node, chain);
                chain.send(chain.app(), REMOVE, COMPOSE);
                chain.finality();
                assertDenied(node, chain, "Compose hash not allowed");
            }
            TestNode.Configuration unanimous = governedBy(chain, "agree = 3", urls);
            try (TestNode node = TestNode.start(unanimous, "serving")) {
                assertDenied(node, chain, "providers disagree", liar.url().substring("http://".length()) + " allows");
                assertThat(lastAnswer(unanimous)
                                .path("reasons")
                                .get(0)
                                .path("code")
                                .asText())
                        .isEqualTo("onchain.providers_disagree");
            }
        }
    }

    @Test
    void twoOfThreeAreEnoughAndOneIsNot() {
        try (GovernedChain chain = GovernedChain.start(3)) {
            chain.allowImage().finality();
            TestNode.Configuration configuration = governedBy(
                    chain,
                    "",
                    chain.node(0).url(),
                    chain.node(1).url(),
                    chain.node(2).url());
            try (TestNode node = TestNode.start(configuration, "serving")) {
                chain.node(1).close();
                takeKeys(node, chain);
                assertThat(lastAnswer(configuration)
                                .path("evidence")
                                .path("providers_failed")
                                .asText())
                        // How it failed depends on whether a kept connection had been noticed to be gone.
                        .contains(URI.create(chain.node(1).url()).getAuthority());
                // On a branch of its own from here on: what it says is about other blocks.
                GovernedChain.mined(
                        chain.node(2), Map.of("from", Anvil.FIRST_ACCOUNT, "to", Anvil.FIRST_ACCOUNT, "data", "0x"));
                chain.node(2).result("anvil_mine", "0x8", "0x1");
                chain.node(0).result("anvil_mine", "0x9", "0x1");
                assertDenied(node, chain, "providers disagree, and 2 must agree");
            }
        }
    }

    /** The chain's last block is 45 minutes old: whoever froze it there did so before anything was removed. */
    @Test
    void providersThatStandStillKeepNothingAlive() {
        try (GovernedChain chain = GovernedChain.start(2, Duration.ofMinutes(45))) {
            chain.allowImage().finality();
            String[] urls = {chain.node(0).url(), chain.node(1).url()};
            try (TestNode node = TestNode.start(governedBy(chain, "max_block_age = \"1h\"", urls), "serving")) {
                takeKeys(node, chain);
            }
            TestNode.Configuration usual = governedBy(chain, "", urls);
            try (TestNode node = TestNode.start(usual, "serving")) {
                assertDenied(node, chain, "chain reads are stale: finalized is block ");
                assertThat(lastAnswer(usual).path("reasons").get(0).path("code").asText())
                        .isEqualTo("onchain.stale");
            }
        }
    }

    @Test
    void standsInAChainWithAnotherAuthorizer() throws IOException {
        try (GovernedChain chain = GovernedChain.start(1)) {
            chain.allowImage().finality();
            Path list = Files.writeString(home.resolve("allowlist.json"), "{}");
            TestNode.Configuration configuration = governedBy(
                            chain, "", chain.node(0).url())
                    .table("[core.authorization.allowlist]\nfile = \"" + list + "\"")
                    .chain("allowlist", "onchain");
            try (TestNode node = TestNode.start(configuration, "serving")) {
                assertDenied(node, chain, "OS image is not allowed");
                Path next = Files.writeString(
                        home.resolve("next.json"), """
                        {"osImages": ["0x%s"], "apps": {"%s": {"composeHashes": ["%s"], "allowAnyDevice": true}}}
                        """.formatted(Guest.OS_IMAGE_HASH.toHex(), chain.app(), COMPOSE));
                Files.move(next, list, StandardCopyOption.ATOMIC_MOVE);
                takeKeys(node, chain);
                chain.send(chain.app(), REMOVE, COMPOSE);
                chain.finality();
                assertDenied(node, chain, "Compose hash not allowed");
            }
        }
    }

    @Test
    void stopsAtTheStartWhenAProviderIsOnAnotherChain() {
        try (GovernedChain chain = GovernedChain.start(1);
                Anvil other = Anvil.start("--chain-id", "5")) {
            TestNode.Configuration configuration =
                    governedBy(chain, "agree = 1", chain.node(0).url(), other.url());
            try (KeywardenProcess process = TestNode.launch(configuration)) {
                assertThat(process.awaitEnd(Duration.ofSeconds(60))).isEqualTo(1);
                assertThat(process.err())
                        .contains("is on chain 5, not on 31337")
                        .contains("chain_id");
            }
        }
    }
}
