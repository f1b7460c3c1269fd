package dev.keywarden.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.keywarden.attestation.EnvelopeCodec;
import dev.keywarden.spi.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the command line finds out from contracts before and after something happens. */
@Tag("blackbox")
@Timeout(180)
final class OnchainCommandsTest extends GovernedByContracts {
    @Test
    void checkDecidesAboutTheMachineOfEvidence() throws IOException {
        try (GovernedChain chain = GovernedChain.start(1)) {
            chain.allowImage().finality();
            TestNode.Configuration configuration =
                    governedBy(chain, "", chain.node(0).url());
            configuration.write();
            Bytes envelope = EnvelopeCodec.encode(new Guest(chain.appId()).evidence());
            Path binary = Files.write(home.resolve("evidence.bin"), envelope.toArray());
            Path hex = Files.writeString(home.resolve("evidence.hex"), "0x" + envelope.toHex() + "\n");
            for (Path file : new Path[] {binary, hex}) {
                JsonNode allowed = ask(configuration, 0, "check", "--evidence", file.toString())
                        .get(0);
                assertThat(allowed.path("outcome").asText()).isEqualTo("allow");
                assertThat(allowed.path("gateway_app_id").asText()).isEqualTo(GovernedChain.GATEWAY);
            }
            JsonNode asKms = ask(configuration, 1, "check", "--kms", "--evidence", binary.toString())
                    .get(0);
            assertThat(asKms.path("reason").asText()).isEqualTo("Aggregated MR not allowed");
            chain.send(chain.app(), REMOVE, COMPOSE);
            chain.finality();
            JsonNode denied = ask(configuration, 1, "check", "--evidence", binary.toString())
                    .get(0);
            assertThat(denied.path("reason").asText()).isEqualTo("Compose hash not allowed");

            byte[] forged = envelope.toArray();
            forged[200] ^= 1;
            Files.write(binary, forged);
            KeywardenProcess refused = command(configuration, "check", "--evidence", binary.toString());
            assertThat(refused.exitCode()).as(refused.printed()).isEqualTo(1);
            assertThat(refused.out()).isEmpty();
            assertThat(refused.err()).contains(binary + ": the evidence does not hold: QUOTE_SIGNATURE_INVALID");
        }
    }

    @Test
    void simulateReadsWhatAMultisigIsAboutToSign() throws IOException {
        try (GovernedChain chain = GovernedChain.start(1)) {
            chain.allowImage().finality();
            TestNode.Configuration configuration =
                    governedBy(chain, "", chain.node(0).url());
            try (TestNode node = TestNode.start(configuration, "serving")) {
                takeKeys(node, chain);
            }
            Path proposal = proposal(chain, GovernedChain.calldata(REMOVE, COMPOSE));
            assertLocksOut(ask(configuration, 0, "simulate", "--safe-tx", proposal.toString()), chain);
            Files.writeString(proposal, "{\"to\": \"0x12\"}");
            KeywardenProcess broken = command(configuration, "simulate", "--safe-tx", proposal.toString());
            assertThat(broken.exitCode()).as(broken.printed()).isEqualTo(1);
            assertThat(broken.err()).contains("to ");
        }
    }

    @Test
    void simulateNamesTheAppThatARemovalFromTheProjectsContractsLocksOut() throws IOException {
        try (GovernedChain chain = GovernedChain.startWithRegistry()) {
            chain.finality();
            TestNode.Configuration configuration =
                    governedBy(chain, "", chain.node(0).url());
            try (TestNode node = TestNode.start(configuration, "serving")) {
                takeKeys(node, chain);
                String removal = "[(" + GovernedChain.list("compose-hash") + "," + COMPOSE + ")]";
                Path proposal = proposal(chain, GovernedChain.calldata("remove((bytes32,bytes32)[])", removal));
                assertLocksOut(ask(configuration, 0, "simulate", "--safe-tx", proposal.toString()), chain);
                // Nothing was sent.
                takeKeys(node, chain);
            }
        }
    }

    /** As Safe's transaction builder saves it. */
    private Path proposal(GovernedChain chain, String data) throws IOException {
        return Files.writeString(home.resolve("proposal.json"), """
                {"version": "1.0", "chainId": "31337", "meta": {"createdFromSafeAddress": "%s"},
                 "transactions": [{"to": "%s", "value": "0", "data": "%s"}]}
                """.formatted(Anvil.FIRST_ACCOUNT, chain.app(), data));
    }

    private static void assertLocksOut(JsonNode changes, GovernedChain chain) {
        assertThat(changes).anySatisfy(change -> {
            assertThat(change.path("subject").asText())
                    .containsIgnoringCase("app " + chain.app())
                    .contains(COMPOSE);
            assertThat(change.path("change").asText()).isEqualTo("stops");
            assertThat(change.path("then").asText()).isEqualTo("denied: Compose hash not allowed");
        });
    }
}
