package dev.keywarden.plugin.onchain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywarden.plugin.onchain.contract.Question;
import dev.keywarden.spi.AuthorityInfo;
import dev.keywarden.spi.AuthorizationRequest;
import dev.keywarden.spi.Authorizer;
import dev.keywarden.spi.BootInfo;
import dev.keywarden.spi.Decision;
import dev.keywarden.spi.Subject;
import dev.keywarden.testkit.AuthorizerContract;
import dev.keywarden.testkit.BootInfoBuilder;
import dev.keywarden.testkit.Requests;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class OnchainAuthorizerTest extends AuthorizerContract {
    private static final BootInfo LISTED = BootInfoBuilder.machine().build();
    private static final BootInfo UNLISTED =
            BootInfoBuilder.machine().composeHash("ee".repeat(32)).build();

    private final List<Nodes> opened = new ArrayList<>();

    @Override
    protected Authorizer openAuthorizer() {
        return governed().authorizer();
    }

    private Nodes governed() {
        String listed = new Question(false, LISTED).calldata();
        Nodes nodes = keep(Nodes.of(3));
        nodes.all()
                .forEach(node -> node.call((data, to) -> data.equals(listed)
                        ? Encoded.verdict(true, "")
                        : Encoded.verdict(false, "Compose hash not allowed")));
        return nodes;
    }

    private Nodes keep(Nodes nodes) {
        opened.add(nodes);
        return nodes;
    }

    @AfterEach
    void closeNodes() throws Exception {
        for (Nodes nodes : opened) {
            nodes.close();
        }
    }

    @Override
    protected AuthorizationRequest allowed() {
        return Requests.app(LISTED);
    }

    @Override
    protected AuthorizationRequest denied() {
        return Requests.app(UNLISTED);
    }

    @Override
    protected List<Authorizer> openUnable() {
        Nodes down = keep(Nodes.of(1));
        down.get(0).close();
        Nodes talking = keep(Nodes.of(2));
        talking.all().forEach(node -> node.body(text -> "<html>It works!</html>"));
        return List.of(down.authorizer(), talking.authorizer());
    }

    @Override
    protected Authorizer openHanging() {
        Nodes hanging = keep(Nodes.of(2));
        hanging.all().forEach(NodeDouble::hang);
        return hanging.authorizer();
    }

    @Test
    void asksTheKmsQuestionForEveryKms() {
        Nodes nodes = governed();
        List<String> questions = new ArrayList<>();
        nodes.get(0).call((data, to) -> {
            questions.add(data);
            return Encoded.verdict(true, "");
        });
        nodes.agree = 1;
        try (OnchainAuthorizer authorizer =
                nodes.authorizer(nodes.settings(List.of(nodes.get(0).url())))) {
            for (Subject subject : Subject.values()) {
                assertThat(authorizer.authorize(Requests.about(subject, LISTED)))
                        .isInstanceOf(Decision.Allow.class);
            }
        }
        // Self and peer are one question about one machine at one block.
        assertThat(questions)
                .containsExactly(new Question(true, LISTED).calldata(), new Question(false, LISTED).calldata());
    }

    @Test
    void recordsWhatTheDecisionRestsOn() {
        Nodes nodes = governed();
        Decision decision = nodes.authorizer().authorize(allowed());
        assertThat(decision).isInstanceOfSatisfying(Decision.Allow.class, allow -> {
            assertThat(allow.gatewayAppId()).isEqualTo("0x1111111111111111111111111111111111111111");
            assertThat(allow.evidence())
                    .containsEntry("chain_id", "31337")
                    .containsEntry("block_tag", "finalized")
                    .containsEntry("block_number", "100")
                    .containsEntry("block_hash", nodes.get(0).hash(100))
                    .containsEntry("block_time", "1970-01-12T13:48:20Z")
                    .containsEntry("contract", "0x9fE46736679d2D9a65F0992F2272dE9f3c7fa6e0")
                    .containsKey("providers_agreed");
        });
    }

    @Test
    void passesTheContractsReasonOn() {
        assertThat(Nodes.message(governed().authorizer().authorize(denied()))).isEqualTo("Compose hash not allowed");
    }

    @Test
    void tellsWhoGoverns() {
        assertThat(governed().authorizer().authorityInfo())
                .isEqualTo(new AuthorityInfo(
                        "0x1111111111111111111111111111111111111111",
                        "0x9fE46736679d2D9a65F0992F2272dE9f3c7fa6e0",
                        31337L,
                        "0x5FbDB2315678afecb367f032d93F642f64180aa3"));
    }

    @Test
    void neverAllowsAMachineThatNamesNoImage() {
        Nodes nodes = keep(Nodes.of(1));
        BootInfo unnamed = BootInfoBuilder.machine().osImageHash("").build();
        assertThat(Nodes.outcome(nodes.authorizer().authorize(Requests.app(unnamed))))
                .isEqualTo("onchain.os_image_missing");
    }

    @Test
    void refusesWhatNoPlatformSaysWithoutAsking() {
        Nodes nodes = keep(Nodes.of(1));
        OnchainAuthorizer authorizer = nodes.authorizer();
        List<BootInfo> machines = List.of(
                BootInfoBuilder.machine().tcbStatus("é".repeat(129)).build(),
                BootInfoBuilder.machine()
                        .advisoryIds(java.util.Collections.nCopies(129, "INTEL-SA-00001"))
                        .build(),
                BootInfoBuilder.machine().advisoryIds(List.of("x".repeat(257))).build());
        for (BootInfo machine : machines) {
            assertThat(Nodes.outcome(authorizer.authorize(Requests.app(machine))))
                    .isEqualTo("onchain.boot_info_too_large");
        }
        assertThat(nodes.get(0).asked()).isEmpty();
    }
}
